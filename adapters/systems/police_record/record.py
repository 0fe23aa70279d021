"""One JSON object of the police, read field by field, remembering what nobody read.

A charge may hold half of its fields in an inner object, often both in both, so a part reads several objects as one.
Problem texts name fields and rules, never values: those may be personal.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.json import key_shown
from schemas.problem import Problem

REFUSALS_MAX = 20
_P = TypeVar("_P", bound=BaseModel)

# The police's own row numbers, versions and classifications: nothing in them changes what the record says.
TECHNICAL = frozenset(
    [
        "personId",
        "id",
        "courtCaseId",
        "adjudicationId",
        "disposalId",
        "arrestSummonsId",
        "version",
        "courtIdentityType",
        "locationType",
        "arrestOffenceSequenceNumber",
        "arrestChargeNumber",
        "offenceChargeNumber",
        "npccOffenceCode",
        "chargeAppearanceNumber",
        "appearanceNumber",
        "crimeReference",
        "locationFSCode",
        "caseStatusMarker",
        "chargeStatusMarker",
        "hasDisposalResults",
    ]
)
# These say nothing when they are false or nought; true, or a number, they are doubted like any other.
QUIET_WHEN_FALSE = frozenset(
    [
        "additionalMarker",
        "additionalOffenceMarker",
        "committedOnBail",
        "brcRecord",
        "offencesTakenIntoConsideration",
        "offenceTic",
    ]
)


@dataclass(frozen=True, slots=True)
class Findings:
    """`refusals` say why a part cannot be taken; doubts ride along, one for each (code, key)."""

    refusals: list[Problem] = field(default_factory=list)
    _doubts: dict[tuple[str, str], tuple[Problem, int]] = field(default_factory=dict)

    @property
    def doubts(self) -> tuple[Problem, ...]:
        return tuple(
            replace(problem, problem=f"{problem.problem} ({times} times; this is the first)") if times > 1 else problem
            for problem, times in self._doubts.values()
        )

    def refused(self, at: str) -> tuple[Problem, ...]:
        """The first refusals, and how many more there are."""
        found = tuple(self.refusals)
        if len(found) <= REFUSALS_MAX:
            return found
        more = f"{len(found) - REFUSALS_MAX} more problems are not listed"
        return (*found[:REFUSALS_MAX], Problem("problem.more", at, more, "correct those listed and send it again"))

    def refuse(self, code: str, where: str, problem: str, cure: str) -> None:
        self.refusals.append(Problem(code, where, problem, cure))

    def doubt(self, code: str, key: str, where: str, problem: str, cure: str) -> None:
        first, times = self._doubts.get((code, key), (Problem(code, where, problem, cure), 0))
        self._doubts[code, key] = (first, times + 1)

    def checked(self, model: type[_P], values: Mapping[str, Any], where: str) -> _P | None:
        """The part of `values`; None, and a refusal, if they are not of the agreed form."""
        try:
            return model.model_validate({name: value for name, value in values.items() if value is not None})
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_context=False, include_input=False):
                path = ".".join(str(step) for step in fault["loc"])
                what = f"its {path} is not of the agreed form" if path else fault["msg"].removeprefix("Value error, ")
                self.refuse("police_record.field", where, what, "correct it and send the record again")
            return None


class Fields:
    """The object at a path such as `$.disposals[0]`; with `overlay`, two objects as one."""

    def __init__(self, values: Mapping[str, Any], path: str, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self._layers: list[tuple[Mapping[str, Any], str]] = [(values, path)]
        self._taken: set[str] = set()
        self._below: list[Fields] = []

    def overlay(self, name: str) -> None:
        """What the inner object of this name says counts as said here."""
        values, path = self._layers[0]
        inner = values.get(name)
        if isinstance(inner, Mapping):
            self._taken.add(name)
            self._layers.append((inner, f"{path}.{name}"))

    def held(self, *names: str) -> tuple[Any, str] | None:
        """The first of these that says something, and its path; one that says another thing is doubted."""
        found: tuple[Any, str] | None = None
        for values, path in self._layers:
            for name in names:
                value = values.get(name)
                self._taken.add(name)
                if not _says_something(value):
                    continue
                if found is None:
                    found = (value, f"{path}.{name}")
                elif value != found[0]:
                    self._contradiction(name, f"{path}.{name}", found[1])
        return found

    def text(self, *names: str) -> str | None:
        """Trimmed; a whole number as it is written."""
        found = self.held(*names)
        if found is None:
            return None
        value = str(found[0]) if type(found[0]) is int else found[0]
        if isinstance(value, str):
            return value.strip()
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
        return [item.strip() for item in items if item.strip()]

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
        """`100` stays `100`; a number with pence is written with two digits of them."""
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
        if isinstance(found[0], str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found[0].strip()):
            try:
                return date.fromisoformat(found[0].strip())
            except ValueError:
                pass
        cure = "correct it (YYYY-MM-DD) and send the record again"
        self.findings.refuse("date.impossible", found[1], "it is not a date that exists", cure)
        return None

    def clock(self, *names: str) -> time | None:
        found = self.held(*names)
        if found is None:
            return None
        if isinstance(found[0], str) and re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", found[0].strip()):
            try:
                return time.fromisoformat(found[0].strip())
            except ValueError:
                pass
        self._type(found[1], "a time of day (HH:MM or HH:MM:SS)")
        return None

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
        """The objects of the first of these lists that holds any."""
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

    def ignore(self) -> None:
        for values, _ in self._layers:
            self._taken.update(values)

    def leftovers(self) -> None:
        """Doubt every key here and below that says something and that nobody read."""
        for name, path in self._unread():
            self.findings.doubt(
                "police_record.unmapped",
                name,
                path,
                f"{key_shown(name)} has content that the message has no place for; it is not passed on",
                "nothing, unless a recipient needs it: then ask for a place to be agreed for it",
            )
        for below in self._below:
            below.leftovers()

    def _unread(self) -> Iterator[tuple[str, str]]:
        for values, path in self._layers:
            for name, value in values.items():
                quiet = name in TECHNICAL or (name in QUIET_WHEN_FALSE and value in (False, 0))
                if name not in self._taken and not quiet and _says_something(value):
                    yield name, f"{path}.{key_shown(name)}"

    def _contradiction(self, name: str, where: str, taken: str) -> None:
        problem = f"{name} says another thing than {taken}, which is taken"
        self.findings.doubt("police_record.contradiction", name, where, problem, "correct the one that is wrong")

    def _type(self, where: str, form: str) -> None:
        """Refuse what is of another type than `form`."""
        cure = "correct it and send the record again"
        self.findings.refuse("police_record.type", where, f"it is not {form}", cure)


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != [] and value != {}
