"""Finds the prison that a court means by what it wrote: `HMP Bedford`, `HMP/YOI Feltham, Bedfont Road`. Pure."""

import re
from collections.abc import Mapping
from typing import TypeVar

_Prison = TypeVar("_Prison")

_SAY_ONLY_THAT_IT_IS_ONE = frozenset(
    {"a", "and", "at", "of", "the", "to", "s", "hm", "hmp", "hmpyoi", "hmyoi", "yoi", "h", "m", "p", "her", "his"}
    | {"majesty", "majestys", "prison", "prisons", "service", "centre", "establishment", "remand", "young", "youth"}
    | {"offender", "offenders", "institute", "institution", "institutions"}
)


def plain_prison_name(text: str) -> str:
    """The words that distinguish one prison from another: `durham` for `HM Prison Durham`; `DHI` stays `dhi`."""
    name = re.split(r"[,;\n(]", text)[0]
    words = re.findall(r"[a-z0-9]+", name.casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
    return " ".join(word for word in words if word not in _SAY_ONLY_THAT_IT_IS_ONE)


def prison_called(text: str, by_plain_name: Mapping[str, _Prison]) -> _Prison | None:
    """The prison with that name, ignoring other words around it. None if no prison matches, or more than one."""
    written = plain_prison_name(text)
    if written in by_plain_name:
        return by_plain_name[written]
    within = [name for name in by_plain_name if len(name) > _CODE_LENGTH and f" {name} " in f" {written} "]
    longest = [name for name in within if not any(name != other and f" {name} " in f" {other} " for other in within)]
    return by_plain_name[longest[0]] if len(longest) == 1 else None  # Exactly one is left.


_CODE_LENGTH = 3
"""A three-letter code, as NOMIS has them, counts only if nothing else is written."""
