"""One JSON object read field by field, remembering what nobody read, and the doubts that reading raised.

Problem texts name fields and rules, never values: those may be personal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from adapters.json import key_shown
from schemas.problem import Problem, Refused

# Identifiers of the platform's own tables, its workflow, its staff and the Welsh double of what is read in English:
# nothing in them changes what a recipient learns about a case.
_HOUSEKEEPING = re.compile(
    r"welsh.*|.*Welsh.*|[a-z][a-zA-Z]*Ids?|id|(is|can|has|preserve|sentTo|committedTo)[A-Z].*"
    r"|alwaysPublished|amendmentDate|approvedDate|caseStatus|category|channel|courtClerk|courtExtract|courtIdNumeric"
    r"|courtLocationCode|courtProceedingsInitiated|cprUUID|d20|defaultDurationHrs|defaultStartTime|defenceCounsels"
    r"|defenceOrganisation|associatedDefenceOrganisation|delegatedPowers|documentationLanguageNeeds"
    r"|excludedFromResults|hearingCaseNotes|hearingLanguage|hearingLanguageNeeds|interpreterLanguageNeeds|johKnownAs"
    r"|judiciary|judiciaryNames|jurisdictionType|laaApplnReference|level|listedDurationMinutes|markerTypeCode"
    r"|originatingOrganisation|oucodeL1Code|oucodeL1Name|oucodeL3Name|proceedingsConcluded|promptReference"
    r"|promptSequence|prosecutionCounsels|publishedAsAPrompt|publishedForNows|rank|rollUpPrompts|templateName"
    r"|terminatesOffenceProceedings|type|urgent|usergroups|venue|verdictDate"
)


class Notes:
    """What is odd but not refused, each (code, field) once, in the order found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Problem, int]] = {}

    def add(self, code: str, subject: str, where: str, problem: str, cure: str) -> None:
        """`subject` is what the doubt is told once about."""
        first, times = self._found.get((code, subject), (Problem(code, where, problem, cure), 0))
        self._found[(code, subject)] = (first, times + 1)

    def include(self, others: "Notes") -> None:
        for key, (problem, times) in others._found.items():
            first, before = self._found.get(key, (problem, 0))
            self._found[key] = (first, before + times)

    def __iter__(self) -> Iterator[Problem]:
        for problem, times in self._found.values():
            if times > 1:
                yield replace(problem, problem=f"{problem.problem} ({times} times; this is the first)")
            else:
                yield problem


class Record:
    """An object at a path such as `$.hearing.prosecutionCases[0]`."""

    __slots__ = ("_below", "_taken", "_values", "notes", "path")

    def __init__(self, values: Mapping[str, Any], path: str, notes: Notes) -> None:
        self._values = values
        self.path = path
        self.notes = notes
        self._taken: set[str] = set()
        self._below: dict[str, list[Record]] = {}

    def at(self, name: str) -> str:
        return f"{self.path}.{key_shown(name)}"

    def has(self, *names: str) -> bool:
        return any(_has_content(self._values.get(name)) for name in names)

    def raw(self, name: str) -> Any:
        self._taken.add(name)
        return self._values.get(name)

    def text(self, *names: str) -> str | None:
        """The first text among the fields of these names, trimmed; numbers as they are written. None if all blank."""
        found = None
        for name in names:
            value = self.raw(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = str(value)
            if value is not None and not isinstance(value, str):
                self._odd(name, "a text")
            elif found is None and value and value.strip():
                found = value.strip()
        return found

    def flag(self, name: str) -> bool:
        """True only if it says so."""
        value = self.raw(name)
        if value is not None and not isinstance(value, bool):
            self._odd(name, "true or false")
        return value is True

    def number(self, name: str, most: int) -> int | None:
        """A whole number from 0 to `most`, in quotes or not."""
        text = self.text(name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > most:
            self._odd(name, f"a whole number from 0 to {most}")
            return None
        return int(text)

    def child(self, *names: str) -> "Record | None":
        """The first object among the fields of these names."""
        for name in names:
            value = self.raw(name)
            if isinstance(value, Mapping):
                return self._below.setdefault(name, [Record(value, self.at(name), self.notes)])[0]
            if value is not None:
                self._odd(name, "an object")
        return None

    def each(self, *names: str) -> list["Record"]:
        """The objects of the lists of these names."""
        for name in names:
            if name not in self._below:
                self._below[name] = self._listed(name, lambda values, path: Record(values, path, self.notes))
        return [record for name in names for record in self._below[name]]

    def apart(self, name: str) -> list["Record"]:
        """As `each`, for parts that keep their own notes and are looked through by themselves."""
        return self._listed(name, lambda values, path: Record(values, path, Notes()))

    def _listed(self, name: str, make: Callable[[Mapping[str, Any], str], "Record"]) -> list["Record"]:
        values = self.raw(name)
        if values is not None and not isinstance(values, list):
            self._odd(name, "a list")
            return []
        found = []
        for index, value in enumerate(values or ()):
            path = f"{self.at(name)}[{index}]"
            if isinstance(value, Mapping):
                found.append(make(value, path))
            else:
                self.notes.add("common_platform.type", name, path, "is not an object and was left out", "send one")
        return found

    def only(self, *names: str) -> "Record":
        """The object, or an empty one in its place."""
        return self.child(*names) or Record({}, self.at(names[0]), self.notes)

    def ignore(self) -> "Record":
        """What is not read of it says nothing that a recipient needs."""
        self._taken.update(self._values)
        return self

    def leftovers(self) -> None:
        """Doubt every field here and below that has content, was not read and is not the platform's housekeeping."""
        for name, value in self._values.items():
            if name not in self._taken and _has_content(value) and not _HOUSEKEEPING.fullmatch(name):
                self._taken.add(name)  # it is told once
                self.notes.add(
                    "common_platform.unmapped",
                    name,
                    self.at(name),
                    f"{key_shown(name)} has content that the message has no place for; it is not passed on",
                    "nothing, unless a recipient needs it: then ask for a place to be agreed for it",
                )
        for records in self._below.values():
            for record in records:
                record.leftovers()

    def doubt(self, code: str, name: str, problem: str, cure: str) -> None:
        self.notes.add(code, name, self.at(name), problem, cure)

    def refuse(self, code: str, name: str | None, problem: str, cure: str) -> NoReturn:
        raise Refused(Problem(code, self.at(name) if name else self.path, problem, cure))

    def _odd(self, name: str, form: str) -> None:
        self.doubt(
            "common_platform.type",
            name,
            f"{key_shown(name)} is not {form} and was left out",
            "correct it in the court's system",
        )


def _has_content(value: Any) -> bool:
    """Blank texts, empty lists and objects, nulls and falsehoods say nothing."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(map(_has_content, value.values()))
    if isinstance(value, list):
        return any(map(_has_content, value))
    return value is not None and value is not False
