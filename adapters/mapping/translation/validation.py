"""What a kind's own rules found wrong, told by the wire field it came from. No value is repeated."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.mapping.language.paths import joined
from adapters.mapping.record import Record
from schemas.problem import Problem

_Fault = tuple[str, str]
ENTRY = "@"
"""The key under which a tree of places keeps the place of the entry itself."""


def validation_problems(
    error: ValidationError, places: Mapping[str, Any], record: Record, noun: str
) -> tuple[Problem, ...]:
    return tuple(
        _problem(fault["type"], fault["loc"], fault["msg"], places, record, noun)
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    )


def faults_of(model: type[BaseModel], text: str) -> frozenset[_Fault]:
    """(pattern of the path, type of the fault) of everything wrong with a payload in JSON."""
    try:
        model.model_validate_json(text, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        return frozenset((_pattern(fault["loc"]), fault["type"]) for fault in faults)
    return frozenset()


def _problem(
    kind: str, steps: Sequence[int | str], words: str, places: Mapping[str, Any], record: Record, noun: str
) -> Problem:
    pattern = _pattern(steps)
    names = record.exchange.record.wire_names_of(pattern)
    where = _place(steps, places) or record.entry.where
    if kind == "missing":
        fields = ", ".join(names) or pattern
        return Problem("field.missing", f"{where}, {noun} {fields}", f"{pattern} is needed and is not there", "send it")
    words = re.sub(r"^(Value error, |Input should )", "", words)
    return Problem("field.value", where, f"{pattern or 'the record'}: {words}", "correct the value, or leave it out")


def _pattern(steps: Sequence[int | str]) -> str:
    return joined(["[]" if isinstance(step, int) else step for step in steps])


def _place(steps: Sequence[int | str], places: Any) -> str | None:
    """The place of the value itself, else of the entry that it belongs to."""
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
