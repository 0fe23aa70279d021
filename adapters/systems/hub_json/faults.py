"""Turns pydantic's errors into problems with stable codes. No sent value is repeated."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from adapters.fitting import Misfit
from adapters.json import key_shown
from schemas.problem import Problem

PROBLEMS_MAX = 20


def problems_of(needed: Iterable[Misfit], at: str, model: type[BaseModel]) -> tuple[Problem, ...]:
    """Yield one problem for each fault of `model`. `at` is its place in the document."""
    return tuple(
        _problem(one.fault["type"], one.at, one.fault["msg"], at, model) for one in needed if one.fault is not None
    )


def doubts_of(misfits: Iterable[Misfit], at: str, model: type[BaseModel]) -> tuple[Problem, ...]:
    """Yield one doubt for each field that was left out or cut, at its first place."""
    found: dict[tuple[str, bool], Problem] = {}
    for misfit in misfits:
        (told,) = problems_of((misfit,), at, model) or (None,)
        if told is None:
            continue
        if misfit.most is not None:
            problem = f"it is longer than {misfit.most}, so its end was cut off"
            told = Problem("field.cut", told.where, problem, "send a shorter text if the end matters")
        else:
            told = replace(told, problem=f"{told.problem}; it is not passed on")
        found.setdefault((misfit.pattern, misfit.most is None), told)
    return tuple(found.values())


def shortened(problems: Iterable[Problem], at: str) -> tuple[Problem, ...]:
    """Return the first problems of a message, and how many more there are."""
    found = tuple(problems)
    if len(found) <= PROBLEMS_MAX:
        return found
    more = f"{len(found) - PROBLEMS_MAX} more problems are not listed"
    return (*found[:PROBLEMS_MAX], Problem("problem.more", at, more, "correct the listed ones and send it again"))


def _problem(kind: str, steps: tuple[int | str, ...], words: str, at: str, model: type[BaseModel]) -> Problem:
    where = at + "".join(f"[{step}]" if isinstance(step, int) else f".{key_shown(step)}" for step in steps)
    if kind == "missing":
        return Problem("field.missing", where, "the field is required but missing", "send it")
    if kind == "extra_forbidden":
        known = _fields_beside(model, steps)
        return Problem("field.unknown", where, "there is no such field", f"leave it out; the fields here are {known}")
    words = re.sub(r"^Value error, ", "", words)
    words = re.sub(r"^Input should", "the value should", words)
    if kind.endswith("_type"):
        return Problem("field.type", where, words, "send a value of that type, as the kind's schema says")
    return Problem("field.value", where, words, "correct the value, or leave the field out if it may be absent")


def _fields_beside(model: type[BaseModel], steps: tuple[int | str, ...]) -> str:
    """Return the field names that are possible in place of the last step."""
    owner: Any = model
    for step in steps[:-1]:
        if isinstance(step, str):
            owner = _part(owner.model_fields[step].annotation)
    return ", ".join(owner.model_fields)


def _part(annotation: Any) -> Any:
    """Return the model inside an optional type or a tuple."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in getattr(annotation, "__args__", ()) if (found := _part(inner)) is not None), None)
