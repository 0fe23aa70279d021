"""Sessions: a person logs in with a password and is then known by a token, until the session ends.

Only the token's hash is kept. The rights of a session are read from its account each time, so a change takes effect at
once.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.access.attempts import Attempts
from hub.access.names import name_or_none
from hub.access.passwords import Passwords
from hub.access.rights import Right, StaffRole, rights_of
from hub.clock import Clock
from hub.errors import LoginRefused, NotLoggedIn, PasswordToChange
from hub.journal.record.accounts import record_logged_in, record_logged_out
from hub.settings import Settings
from hub.store.access import accounts
from hub.store.access.accounts import Account
from hub.store.database.engine import Store, Transaction

_TOKEN_BYTES = 32
_USE_NOTED_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Person:
    """The person who is logged in, and their rights at this moment."""

    name: str
    roles: tuple[StaffRole, ...]
    rights: frozenset[Right]
    must_change_password: bool
    session_ends_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """`token` is given only this once."""

    person: Person
    token: str = field(repr=False)


class Sessions:
    def __init__(
        self, store: Store, clock: Clock, settings: Settings, passwords: Passwords, attempts: Attempts
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._attempts = attempts
        self._lives = timedelta(seconds=settings.session_seconds)
        self._idle = timedelta(seconds=min(settings.session_idle_seconds, settings.session_seconds))

    def open(self, name: str, password: str, address: str | None = None) -> Opened:
        """`address` is the caller's network address, if there is one. Raises LoginRefused, TooManyTries or
        LoginBusy."""
        row = self.check(name, password, address)
        now, token = self._clock.now(), secrets.token_urlsafe(_TOKEN_BYTES)
        with self._store.transaction() as connection:
            current = accounts.lock(connection, row.name)
            if current is None or current.password_hash != row.password_hash or not self._counts(connection, current):
                raise login_refused()  # The password was changed while this one was being checked.
            if self._passwords.is_outdated(row.password_hash):
                accounts.change(connection, row.name, password_hash=self._passwords.hashed_again(password))
            accounts.open_session(connection, _hash(token), row.name, now, now + self._lives)
            record_logged_in(connection, now, person=row.name, remote=address is not None)
        return Opened(_person(current, now + self._lives), token)

    def check(self, name: str, password: str, address: str | None) -> Account:
        """The account that has this password. Raises LoginRefused, TooManyTries or LoginBusy."""
        now, known = self._clock.now(), name_or_none(name)
        counted = self._attempts.begin(known or name.strip().casefold(), address, now)
        with self._store.transaction() as connection:
            row = accounts.find(connection, known or "")
            counts = row is not None and self._counts(connection, row)
        matches = self._passwords.matches(password, row.password_hash if row else None)
        if row is None or not matches or not counts:
            self._attempts.was_wrong(counted, row.name if row else None, now)
            raise login_refused()
        with self._store.transaction() as connection:
            self._attempts.was_right(connection, counted)
        return row

    def person(self, token: str | None, *, changing_password: bool = False) -> Person:
        """Raises NotLoggedIn. Raises PasswordToChange until the person has chosen a password of their own."""
        now = self._clock.now()
        hashed = _hash(token) if token else b""
        with self._store.transaction() as connection:
            session = accounts.session(connection, hashed)
            if session is None or not self._counts(connection, session.account):
                raise not_logged_in()
            if not self._store.proved(connection, "staff_session", f"\\x{hashed.hex()}"):
                raise not_logged_in()
            if session.expires_at <= now or session.used_at + self._idle <= now:
                raise not_logged_in()
            if now - session.used_at > min(_USE_NOTED_EVERY, self._idle / 10):
                accounts.use_session(connection, hashed, now)
        person = _person(session.account, session.expires_at)
        if person.must_change_password and not changing_password:
            raise PasswordToChange("somebody else gave you this password", "choose your own: hub people password")
        return person

    def end(self, token: str) -> str:
        """Returns whose session it was. Raises NotLoggedIn."""
        with self._store.transaction() as connection:
            name = accounts.end_session(connection, _hash(token))
            if name is None:
                raise not_logged_in()
            record_logged_out(connection, self._clock.now(), person=name)
        return name

    def _counts(self, connection: Transaction, account: Account) -> bool:
        """Whether the account may be used, and is as the hub itself made it."""
        active = account.disabled_at is None and account.expires_at > self._clock.now()
        return active and bool(self._store.proved(connection, "account", account.name))


def not_logged_in() -> NotLoggedIn:
    return NotLoggedIn("nobody is logged in here, or the session has ended", "log in: hub login NAME")


def login_refused() -> LoginRefused:
    return LoginRefused(
        "the name or the password is wrong, or the account is disabled or has expired",
        "try again, or ask a person who manages people",
    )


def _person(account: Account, ends_at: datetime) -> Person:
    roles = tuple(StaffRole(role) for role in account.roles)
    rights = rights_of(roles, (Right(right) for right in account.rights))
    return Person(account.name, roles, rights, account.must_change_password, ends_at)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
