"""Reads one JSON object of the police field by field, and remembers what was not read.

A charge may have half of its fields in an inner object, and often both have the same field. So a part reads several
objects as one. Problem texts name fields and rules, never values, because values may be personal.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, TypeVar

from pydantic import BaseModel

from adapters.dates import local_time, read_birth, read_day, read_time
from adapters.fitting import Misfit, Placed, doubts_of, fitted
from adapters.json import key_shown
from adapters.says_nothing import QuietLeaves, leaves_that_say_nothing
from schemas.problem import Problem

REFUSALS_MAX = 20
_CAUSES = ("police_record.type", "police_record.no_surname", "date.impossible", "field.left_out")
_P = TypeVar("_P", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Findings:
    """`refusals` say why a part cannot be accepted. Doubts stay with it, one for each (code, key)."""

    refusals: list[Problem] = field(default_factory=list)
    _unfit: list[Problem] = field(default_factory=list)
    _doubts: dict[tuple[str, str], tuple[Problem, int]] = field(default_factory=dict)

    @property
    def doubts(self) -> tuple[Problem, ...]:
        told = (
            replace(problem, problem=f"{problem.problem} ({times} times; this is the first)") if times > 1 else problem
            for problem, times in self._doubts.values()
        )
        return (*told, *self._unfit)

    def refused(self, at: str) -> tuple[Problem, ...]:
        """Return the first refusals, with the doubts that may explain them, and how many more there are."""
        found = (*self.refusals, *(doubt for doubt in self.doubts if doubt.code in _CAUSES))
        if len(found) <= REFUSALS_MAX:
            return found
        more = f"{len(found) - REFUSALS_MAX} more problems are not listed"
        return (*found[:REFUSALS_MAX], Problem("problem.more", at, more, "correct the listed ones and send it again"))

    def refuse(self, code: str, where: str, problem: str, cure: str) -> None:
        self.refusals.append(Problem(code, where, problem, cure))

    def doubt(self, code: str, key: str, where: str, problem: str, cure: str, times: int = 1) -> None:
        first, before = self._doubts.get((code, key), (Problem(code, where, problem, cure), 0))
        self._doubts[code, key] = (first, before + times)

    def checked(self, model: type[_P], values: Mapping[str, Any], where: str, *, optional: bool = False) -> _P | None:
        """Return the part of `values`, without values that break a rule and can be left out. None if something required
        is wrong: with a refusal, or with a doubt if the record can exist without the part."""
        found = fitted(model, {name: value for name, value in values.items() if value is not None})
        self._unfit.extend(doubts_of(found.misfits, where))
        for one in found.needed:
            at, path = one.place or where, "" if one.path == "content" else f"its {one.path} "
            problem = f"{path}is required, but is missing or not in the agreed form" if path else _said_of(one)
            if optional:
                cure = "correct it and send the record again"
                self.doubt("police_record.field", one.pattern, at, f"{problem}; it is left out", cure)
            else:
                self.refuse("police_record.field", at, problem, "correct it and send the record again")
        return found.payload


def _said_of(lacking: Misfit) -> str:
    """Return what the model says about a part as a whole."""
    return lacking.fault["msg"].removeprefix("Value error, ") if lacking.fault else "does not have the agreed form"


class Fields:
    """The object at a path such as `$.disposals[0]`; with `overlay`, two objects as one."""

    def __init__(self, values: Mapping[str, Any], path: str, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self._layers: list[tuple[Mapping[str, Any], str]] = [(values, path)]
        self._taken: set[str] = set()
        self._below: list[Fields] = []

    def overlay(self, name: str) -> None:
        """Read the fields of the inner object with this name as if they were here."""
        values, path = self._layers[0]
        inner = values.get(name)
        if isinstance(inner, Mapping):
            self._taken.add(name)
            self._layers.append((inner, f"{path}.{name}"))

    def held(self, *names: str) -> tuple[Any, str] | None:
        """Return the first of these that says something, with its path. A different value is doubted."""
        found: tuple[Any, str] | None = None
        for values, path in self._layers:
            for name in names:
                value = values.get(name)
                self._taken.add(name)  # it is in both objects; a different value in the second is doubted
                if not _says_something(value):
                    continue
                if found is None:
                    found = (value, f"{path}.{name}")
                elif value != found[0]:
                    self._contradiction(name, f"{path}.{name}", found[1])
        return found

    def seen(self, name: str) -> Any:
        """Return the value as received, without marking it as read."""
        return next((values[name] for values, _ in self._layers if name in values), None)

    def text(self, *names: str) -> str | None:
        """Return the trimmed text with its place; a number as it is written."""
        found = self.held(*names)
        if found is None:
            return None
        value = str(found[0]) if type(found[0]) in (int, float) else found[0]
        if isinstance(value, str):
            return Placed.at(found[1], value.strip())
        self._type(found[1], "a text")
        return None

    def texts(self, *names: str) -> list[str]:
        found = self.held(*names)
        if found is None:
            return []
        items = found[0] if isinstance(found[0], list) else [found[0]]
        if not all(isinstance(item, str) for item in items):
            self._type(found[1], "a list of texts")
            return []
        return [Placed.at(found[1], item.strip()) for item in items if item.strip()]

    def number(self, *names: str, most: int) -> int | None:
        found = self.held(*names)
        if found is None:
            return None
        value = found[0]
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
            value = int(value)
        if type(value) is int and 0 <= value <= most:
            return value
        self._type(found[1], f"a whole number from 0 to {most}")
        return None

    def pounds(self, *names: str) -> str | None:
        """Return the amount: `100` stays `100`; a number with pence gets two digits for them."""
        found = self.held(*names)
        if found is None:
            return None
        value = found[0]
        if isinstance(value, float) and round(value, 2) == value:
            value = f"{value:.2f}"
        elif type(value) is int:
            value = str(value)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", value.strip()):
            return value.strip()
        self._type(found[1], "an amount in pounds")
        return None

    def day(self, *names: str) -> date | None:
        found = self.held(*names)
        if found is None:
            return None
        day = read_day(found[0]) if isinstance(found[0], str) else None
        if day is None:
            self._no_date(found[1])
        return day

    def birth(self, *names: str) -> str | None:
        """Return a date of birth, which may be only a year or a year and month."""
        found = self.held(*names)
        if found is None:
            return None
        born = read_birth(str(found[0])) if isinstance(found[0], str | int) else None
        if born is None:
            self._no_date(found[1])
        return born

    def clock(self, on: date | None, *names: str) -> time | None:
        """Return the time of day in London, without an offset; the time as written if the day is not known."""
        found = self.held(*names)
        if found is None:
            return None
        at = read_time(found[0]) if isinstance(found[0], str) else None
        if at is None:
            self._type(found[1], "a time of day (HH:MM or HH:MM:SS)")
            return None
        return local_time(on, at)

    def child(self, *names: str) -> "Fields | None":
        found = self.held(*names)
        if found is None:
            return None
        if not isinstance(found[0], Mapping):
            self._type(found[1], "an object")
            return None
        self._below.append(Fields(found[0], found[1], self.findings))
        return self._below[-1]

    def each(self, *names: str) -> "list[Fields]":
        """Return the objects of the first of these lists that has any."""
        found = self.held(*names)
        if found is None:
            return []
        if not isinstance(found[0], list):
            self._type(found[1], "a list")
            return []
        made = []
        for index, item in enumerate(found[0]):
            where = f"{found[1]}[{index}]"
            if isinstance(item, Mapping):
                made.append(Fields(item, where, self.findings))
            else:
                self._type(where, "an object")
        self._below += made
        return made

    def values(self) -> int:
        """Return how many values it has that may say something."""
        quiet = leaves_that_say_nothing("police_record")
        return sum(1 for values, path in self._layers for _ in _leaves(values, path, quiet))

    def ignore(self) -> None:
        for values, _ in self._layers:
            self._taken.update(values)

    def leftovers(self) -> None:
        """Doubt every unread key here and below that says something."""
        for name, path, values in self._unread():
            self.findings.doubt(
                "police_record.unmapped",
                name,
                path,
                f"{key_shown(name)} has content for which the message has no field; it is not passed on",
                "nothing, unless a recipient needs it: then ask for a field",
                values,
            )
        for below in self._below:
            below.leftovers()

    def _unread(self) -> Iterator[tuple[str, str, int]]:
        """Yield (key, place, number of values) of what was not read and may say something."""
        quiet = leaves_that_say_nothing("police_record")
        for values, path in self._layers:
            for name, value in values.items():
                if name in self._taken:
                    continue
                if held := sum(1 for _ in _leaves(value, f"{path}.{name}", quiet)):
                    yield name, f"{path}.{key_shown(name)}", held

    def _no_date(self, where: str) -> None:
        cure = "correct it (YYYY-MM-DD) and send the record again"
        self.findings.doubt(
            "date.impossible", where, where, "it is a date that does not exist; it is not passed on", cure
        )

    def _contradiction(self, name: str, where: str, taken: str) -> None:
        problem = f"{name} differs from {taken}; {taken} was used"
        self.findings.doubt("police_record.contradiction", name, where, problem, "correct the one that is wrong")

    def _type(self, where: str, form: str) -> None:
        """Doubt a value that has another type than `form`; it is left out."""
        cure = "correct it and send the record again"
        self.findings.doubt("police_record.type", where, where, f"it is not {form}; it is not passed on", cure)


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != [] and value != {}


def _leaves(value: Any, where: str, quiet: QuietLeaves) -> Iterator[str]:
    """Yield the places of the values in it that may say something."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{where}.{name}", quiet)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{where}[{index}]", quiet)
    elif _says_something(value) and not quiet.covers(where, value):
        yield where
