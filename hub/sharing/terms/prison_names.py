"""Finds the prison that a court means by what it wrote: `HMP Bedford`, `HMP/YOI Feltham, Bedfont Road`. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

_Prison = TypeVar("_Prison")

_SAY_ONLY_THAT_IT_IS_ONE = frozenset(
    {"a", "and", "at", "of", "the", "to", "s", "hm", "hmp", "hmpyoi", "hmyoi", "yoi", "h", "m", "p", "her", "his"}
    | {"majesty", "majestys", "prison", "prisons", "service", "centre", "establishment", "remand", "young", "youth"}
    | {"offender", "offenders", "institute", "institution", "institutions", "governor", "director"}
    | {"carchar", "ef", "em", "sefydliad", "troseddwyr", "ifanc"}  # Welsh
)
_NAME_MORE_THAN_ONE = frozenset({"or", "via", "then", "from", "not", "otherwise", "formerly", "ex", "near", "neu"})
_CODE_LENGTH = 3
"""A three-letter code, as NOMIS has them, counts only if nothing else is written."""


def plain_prison_name(text: str) -> str:
    """The words that distinguish one prison from another: `durham` for `HM Prison Durham`; `DHI` stays `dhi`. They are
    in the first part of the text that has any, before an address or a remark in brackets."""
    return next(filter(None, map(_distinguishing, re.split(r"[,;\n()]", text))), "")


def _distinguishing(part: str) -> str:
    words = re.findall(r"[a-z0-9]+", part.casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
    return " ".join(word for word in map(_unglued, words) if word not in _SAY_ONLY_THAT_IT_IS_ONE)


def _unglued(word: str) -> str:
    """`hmpbedford` is read as `bedford`."""
    glued = None if word in _SAY_ONLY_THAT_IT_IS_ONE else re.fullmatch(r"(?:hmp|hmyoi)([a-z]{4,})", word)
    return glued[1] if glued else word


def by_plain_name(named: Iterable[tuple[str, _Prison]]) -> dict[str, _Prison]:
    """Return the prisons by their plain names. A name that two prisons share finds neither of them."""
    found: dict[str, list[_Prison]] = {}
    for name, prison in named:
        of_name = found.setdefault(plain_prison_name(name), [])
        if prison not in of_name:
            of_name.append(prison)
    return {name: prisons[0] for name, prisons in found.items() if len(prisons) == 1 and name}


def prison_called(text: str, known: Mapping[str, _Prison]) -> _Prison | None:
    """The prison with that plain name, ignoring other words around it. None if no prison matches, or more than one."""
    written = plain_prison_name(text)
    if written in known:
        return known[written]
    words = written.split()
    if len(re.findall(r"\bhmp\b", text.casefold())) > 1 or not _NAME_MORE_THAN_ONE.isdisjoint(words):
        return None
    apart = [name for name in known if len(name) > _CODE_LENGTH and name.replace(" ", "") == "".join(words)]
    within = apart or [name for name in known if len(name) > _CODE_LENGTH and f" {name} " in f" {written} "]
    longest = [name for name in within if not any(name != other and f" {name} " in f" {other} " for other in within)]
    meant = list({id(known[name]): known[name] for name in longest}.values())
    return meant[0] if len(meant) == 1 else None  # Exactly one is left.
