"""Decides whether a value is a placeholder, by the table beside this module."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from schemas.spelling import folded

_WORDS = frozenset({"surname", "name", "address_line"})
_MARKS = re.compile(r"""[.,:;"'()\[\]{}<>?*_]""")
# in these fields the third character is the top level of the organisation, and the table leaves it out
_ASN_WITH_TOP_LEVEL = 21


def names_nobody(of: str, text: str) -> bool:
    """Return whether `text` is a placeholder. `of` is the name of an identifier, or `date_of_birth`, `surname`,
    `name` or `address_line`."""
    pattern = _patterns().get(of)
    return pattern is not None and pattern.fullmatch(_as_compared(of, text)) is not None


def covered() -> frozenset[str]:
    """Return the fields that the table covers."""
    return frozenset(_patterns())


def _as_compared(of: str, text: str) -> str:
    if of in _WORDS:
        return " ".join(_MARKS.sub(" ", folded(text)).upper().split())
    capitals = text.upper()
    compact = re.sub(r"\s" if of == "date_of_birth" else r"[\s/]", "", capitals)
    if of == "arrest_summons_number" and len(compact) == _ASN_WITH_TOP_LEVEL:
        return compact[:2] + compact[3:]
    return compact


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Return one pattern for each field."""
    table = tomllib.loads((files("schemas.placeholders") / "placeholders.toml").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for entry in table["placeholder"]:
        re.compile(entry["pattern"])
        found.setdefault(entry["of"], []).append(f"(?:{entry['pattern']})")
    return MappingProxyType({of: re.compile("|".join(patterns)) for of, patterns in found.items()})
