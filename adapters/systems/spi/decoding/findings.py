"""Collects what is odd or wrong in one part of a document, and reads typed values from it.

Problem texts name elements and rules, never values, because values may be personal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, TypeVar

from pydantic import BaseModel

from adapters.dates import local_time, read_birth, read_day, read_time
from adapters.fitting import Misfit, doubts_of, fitted
from adapters.systems.spi.decoding.reading import Element
from schemas.problem import Problem

REFUSALS_MAX = 20
_P = TypeVar("_P", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Unread:
    """Unread content with one name: its first place, how often it occurs, and how many values it has in all."""

    first: Element
    times: int = 0
    values: int = 0

    def problem(self) -> Problem:
        how_many = f"{self.times} times" if self.times > 1 else ""
        how_many += f"{' ' if how_many else ''}with {self.values} values" if self.values > self.times else ""
        return Problem(
            "spi.unmapped",
            self.first.where,
            f"{self.first.name} has content for which this message has no field; it is not passed on"
            + (f" ({how_many}{'; this is the first' if self.times > 1 else ''})" if how_many else ""),
            "nothing, unless a recipient needs it: then ask for a field",
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """`refusals` say why a part cannot be accepted. `doubts` stay with it, one for each (code, element name)."""

    refusals: list[Problem] = field(default_factory=list)
    _unfit: list[Problem] = field(default_factory=list)
    _unread: dict[str, "_Unread"] = field(default_factory=dict)
    _doubts: dict[tuple[str, str], tuple[Problem, int]] = field(default_factory=dict)

    @property
    def doubts(self) -> tuple[Problem, ...]:
        told = (
            replace(problem, problem=f"{problem.problem} ({times} times; this is the first)") if times > 1 else problem
            for problem, times in self._doubts.values()
        )
        return (*told, *(one.problem() for one in self._unread.values()), *self._unfit)

    def refuse(self, code: str, at: Element, problem: str, cure: str) -> None:
        self.refusals.append(Problem(code, at.where, problem, cure))

    def doubt(self, code: str, at: Element, problem: str, cure: str) -> None:
        key = (code, at.name)
        if key in self._doubts:
            first, times = self._doubts[key]
            self._doubts[key] = (first, times + 1)
        else:
            self._doubts[key] = (Problem(code, at.where, problem, cure), 1)

    def unread(self, leftovers: list[Element]) -> None:
        for element in leftovers:
            first = self._unread.get(element.name, _Unread(element))
            self._unread[element.name] = replace(
                first, times=first.times + 1, values=first.values + element.count_values()
            )

    def unreadable(self, at: Element, form: str) -> None:
        self.doubt(
            "spi.unreadable",
            at,
            f"{at.name} is not {form}; it is not passed on",
            "correct it in the sending system and send it again",
        )

    def date_at(self, within: Element, path: str) -> date | None:
        at = within.child(path)
        return self.date_in(at) if at else None

    def date_in(self, at: Element) -> date | None:
        """Return the date. One that does not exist is left out with a doubt."""
        text = at.take()
        found = read_day(text) if text else None
        if text and found is None:
            self._no_date(at)
        return found

    def birth_at(self, within: Element, path: str) -> str | None:
        """Return a date of birth, which may be only a year or a year and month."""
        at = within.child(path)
        text = at.take() if at else None
        found = read_birth(text) if text else None
        if at is not None and text and found is None:
            self._no_date(at)
        return found

    def _no_date(self, at: Element) -> None:
        self.doubt(
            "date.impossible",
            at,
            f"{at.name} is a date that does not exist; it is not passed on",
            "correct it (YYYY-MM-DD) and send it again",
        )

    def time_at(self, within: Element, path: str, on: date | None) -> time | None:
        text = within.text(path)
        found = read_time(text) if text else None
        if text and found is None:
            self.unreadable(within.child(path) or within, "a time (HH:MM:SS)")
        return local_time(on, found) if found else None

    def number_at(self, within: Element, path: str, most: int) -> int | None:
        text = within.text(path)
        if text and re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= most:
            return int(text)
        if text:
            self.unreadable(within.child(path) or within, f"a whole number from 0 to {most}")
        return None

    def word_at(self, within: Element, path: str, table: Mapping[str, str]) -> str | None:
        """Return the plain word for a code. An unknown code is kept, with a doubt."""
        code = within.text(path)
        if code is None:
            return None
        plain = table.get((code.lstrip("0") or "0").upper())
        if plain is None:
            at = within.child(path) or within
            self.doubt(
                "spi.unknown_code",
                at,
                f"{at.name} is a code that the interface does not define; it is kept as received",
                "correct it in the sending system, or ask the exchange to add the code",
            )
        return plain or code

    def checked(self, model: type[_P], values: dict[str, Any], at: Element, whole: tuple[str, ...] = ()) -> _P | None:
        """Return the payload of `values`, without values that break a rule and can be left out. None if something was
        refused or something required is wrong. `whole` are lists that may lose no entry."""
        if self.refusals:
            return None
        found = fitted(model, values, whole=whole)
        self._unfit.extend(doubts_of(found.misfits, at.where))
        self.refusals.extend(_refusal(one, at) for one in found.needed[:REFUSALS_MAX])
        return found.payload


def _refusal(lacking: Misfit, at: Element) -> Problem:
    problem = f"its {lacking.path} is required, but is missing, too long or not in the agreed form"
    return Problem("spi.field", lacking.place or at.where, problem, "correct that value and send it again")
