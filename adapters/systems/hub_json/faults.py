"""Turns what pydantic found wrong into problems with stable codes. No value that was sent is repeated."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.json import key_shown
from schemas.problem import Problem

PROBLEMS_MAX = 20


def problems_of(error: ValidationError, at: str, model: type[BaseModel]) -> tuple[Problem, ...]:
    """One problem for each fault of `model`, whose place in the document is `at`."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(_problem(fault["type"], fault["loc"], fault["msg"], at, model) for fault in faults)


def shortened(problems: Iterable[Problem], at: str) -> tuple[Problem, ...]:
    """The first problems of a message, and how many more there are."""
    found = tuple(problems)
    if len(found) <= PROBLEMS_MAX:
        return found
    more = f"{len(found) - PROBLEMS_MAX} more problems are not listed"
    return (*found[:PROBLEMS_MAX], Problem("problem.more", at, more, "correct those listed and send it again"))


def _problem(kind: str, steps: tuple[int | str, ...], words: str, at: str, model: type[BaseModel]) -> Problem:
    where = at + "".join(f"[{step}]" if isinstance(step, int) else f".{key_shown(step)}" for step in steps)
    if kind == "missing":
        return Problem("field.missing", where, "the field is required and is not there", "send it")
    if kind == "extra_forbidden":
        known = _fields_beside(model, steps)
        return Problem("field.unknown", where, "there is no such field", f"leave it out; the fields here are {known}")
    words = re.sub(r"^Value error, ", "", words)
    words = re.sub(r"^Input should", "the value should", words)
    if kind.endswith("_type"):
        return Problem("field.type", where, words, "send a value of that type, as the kind's schema says")
    return Problem("field.value", where, words, "correct the value, or leave the field out if it may be absent")


def _fields_beside(model: type[BaseModel], steps: tuple[int | str, ...]) -> str:
    """The names that could have stood in place of the last step."""
    owner: Any = model
    for step in steps[:-1]:
        if isinstance(step, str):
            owner = _part(owner.model_fields[step].annotation)
    return ", ".join(owner.model_fields)


def _part(annotation: Any) -> Any:
    """The model inside an optional, a tuple or both."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in getattr(annotation, "__args__", ()) if (found := _part(inner)) is not None), None)
