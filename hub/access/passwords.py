"""Passwords: which are accepted, how they are kept, and how they are checked.

They are kept as argon2id with 64 MiB, 3 passes and 4 lanes (the second recommendation of RFC 9106). A check takes the
same work whether or not the account exists. Only a few checks run at once, because many would use up the memory.
"""

import base64
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from hub.errors import LoginBusy, PasswordRefused

LENGTH_MIN, LENGTH_MAX = 12, 256  # characters
_AT_ONCE = 2
_AT_ONCE_AND_WAITING = 8  # So a flood of logins leaves threads for other work.


class Passwords:
    def __init__(self, *, passes: int = 3, kibibytes: int = 65_536, lanes: int = 4) -> None:
        self._hasher = PasswordHasher(passes, kibibytes, lanes, hash_len=32, salt_len=16, type=Type.ID)
        # It takes as long to check as a real one, but no password matches: its digest is random, not computed.
        salt, digest = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
        self._nobodys = f"$argon2id$v=19$m={kibibytes},t={passes},p={lanes}${salt}${digest}"
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._seats = threading.BoundedSemaphore(_AT_ONCE_AND_WAITING)

    def hashed(self, password: str, name: str) -> str:
        """The form in which a new password of the account is kept. Raises PasswordRefused."""
        plain = _plain(password)
        if not LENGTH_MIN <= len(plain) <= LENGTH_MAX:
            raise PasswordRefused(
                f"a password needs {LENGTH_MIN} to {LENGTH_MAX} characters",
                "choose several words; any characters are allowed",
            )
        if name in plain.casefold():
            raise PasswordRefused("the password contains the name of the account", "choose another")
        if len(set(plain)) < 4:
            raise PasswordRefused("the password repeats one character", "choose several words")
        with self._turns:
            return self._hasher.hash(plain)

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether `kept` was made from this password. For None the same work is done. Raises LoginBusy."""
        if not self._seats.acquire(blocking=False):
            raise LoginBusy("too many people are logging in at this moment", "try again in a few seconds")
        try:
            with self._turns:
                return self._matches(password, kept)
        finally:
            self._seats.release()

    def _matches(self, password: str, kept: str | None) -> bool:
        try:
            return self._hasher.verify(kept or self._nobodys, _plain(password[: LENGTH_MAX + 1])) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Whether it was kept with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def hashed_again(self, password: str) -> str:
        """The password kept with today's parameters. Call it only for a password that was just found to match."""
        return self._hasher.hash(_plain(password))


def _plain(password: str) -> str:
    """One form of characters that keyboards can write in several ways."""
    return unicodedata.normalize("NFKC", password)
