"""The names that people act under. Pure.

Without any account a name is what somebody said; it then stands as `unverified:NAME`, which no account can be called.
"""

import re
import unicodedata

from hub.errors import AccountRefused

INSTALLATION = "installation"
"""Who acts where nobody can log in yet: whoever may reach the database from the command line."""
_UNVERIFIED = "unverified:"
_RESERVED = frozenset({INSTALLATION, "hub", "unverified"})
_NAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")


def account_name(text: str) -> str:
    """As it is kept. Raises AccountRefused."""
    name = name_or_none(text)
    if name is None or name in _RESERVED:
        raise AccountRefused(
            "that cannot be the name of an account",
            "3 to 64 of a-z, 0-9, dot, underscore and hyphen, a letter first; not installation, hub or unverified",
        )
    return name


def name_or_none(text: str) -> str | None:
    """The name as it would be kept; None if no account can have it."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return plain if _NAME.fullmatch(plain) else None


def unverified(text: str) -> str:
    """A name that nobody checked, and that says so wherever it stands."""
    said = " ".join(text.split())[:100]
    return f"{_UNVERIFIED}{said or 'nobody'}"


def is_unverified(by: str) -> bool:
    return by.startswith(_UNVERIFIED)
