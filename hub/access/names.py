"""The names that accounts can have. Pure."""

import re
import unicodedata

from hub.errors import AccountRefused
from hub.journal.actors import INSTALLATION

_RESERVED = frozenset({INSTALLATION, "hub", "unverified"})
_NAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")


def account_name(text: str) -> str:
    """The name as it is kept. Raises AccountRefused."""
    name = name_or_none(text)
    if name is None or name in _RESERVED:
        raise AccountRefused(
            "an account cannot have that name",
            "use 3 to 64 of a-z, 0-9, dot, underscore, hyphen, a letter first; not installation, hub or unverified",
        )
    return name


def name_or_none(text: str) -> str | None:
    """The name as it would be kept. None if no account can have it."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return plain if _NAME.fullmatch(plain) else None
