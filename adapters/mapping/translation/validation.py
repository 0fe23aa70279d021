"""Reports what the rules of a kind found wrong, with the wire field that it came from. No value is repeated."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.fitting import Misfit
from adapters.mapping.language.paths import joined
from adapters.mapping.record import Record
from schemas.problem import Problem

_Fault = tuple[str, str]
ENTRY = "@"
"""The key under which a tree of places keeps the place of the entry itself."""


def problem_of(lacking: Misfit, places: Mapping[str, Any], record: Record, noun: str) -> Problem:
    """Return the problem of something that the kind cannot exist without."""
    fault = lacking.fault
    kind, words = (fault["type"], fault["msg"]) if fault else ("value_error", "it does not have the agreed form")
    return _problem(kind, lacking.at, words, places, record, noun)


def misfit_doubts(misfits: Iterable[Misfit], places: Mapping[str, Any], record: Record, noun: str) -> Iterator[Problem]:
    for misfit in misfits:
        told = problem_of(misfit, places, record, noun)
        if misfit.most is None:
            yield left_out(told)
        else:
            problem = f"{misfit.pattern} is longer than {misfit.most}, so its end was cut off"
            yield Problem("field.cut", told.where, problem, "send a shorter text if the end matters")


def left_out(problem: Problem) -> Problem:
    """Return the same as a doubt about a value that the message can exist without."""
    return replace(problem, problem=f"{problem.problem}; it is not passed on")


def faults_of(model: type[BaseModel], text: str) -> frozenset[_Fault]:
    """Return (pattern of the path, type of the fault) for everything wrong with a payload in JSON."""
    try:
        model.model_validate_json(text, strict=True)
    except ValidationError as error:
        return frozenset((_pattern(fault["loc"]), fault["type"]) for fault in error.errors())
    return frozenset()


def _problem(
    kind: str, steps: Sequence[int | str], words: str, places: Mapping[str, Any], record: Record, noun: str
) -> Problem:
    pattern = _pattern(steps)
    names = record.exchange.record.wire_names_of(pattern)
    where = place_at(steps, places) or record.entry.where
    if kind == "missing":
        fields = ", ".join(names) or pattern
        return Problem("field.missing", f"{where}, {noun} {fields}", f"{pattern} is required and missing", "send it")
    words = re.sub(r"^(Value error, |Input should )", "", words)
    return Problem("field.value", where, f"{pattern or 'the record'}: {words}", "correct the value, or leave it out")


def _pattern(steps: Sequence[int | str]) -> str:
    return joined(["[]" if isinstance(step, int) else step for step in steps])


def place_at(steps: Sequence[int | str], places: Any) -> str | None:
    """Return the place of the value itself; otherwise the place of the entry that it belongs to."""
    entry: str | None = None
    for step in steps:
        if isinstance(places, Mapping):
            entry = places.get(ENTRY, entry)
            places = places.get(step)
        elif isinstance(places, list):
            places = places[step] if isinstance(step, int) and step < len(places) else None
    if isinstance(places, Mapping):
        entry = places.get(ENTRY, entry)
    return places if isinstance(places, str) else entry
