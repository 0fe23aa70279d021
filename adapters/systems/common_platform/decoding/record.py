"""Reads one JSON object field by field. It remembers what was not read, and the doubts of reading.

Problem texts name fields and rules, never values, because values may be personal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from adapters.fitting import Placed
from adapters.json import key_shown
from adapters.says_nothing import leaves_that_say_nothing, steps_of
from adapters.systems.common_platform.decoding.notes import Notes
from schemas.problem import Problem, Refused

_QUIET = "common_platform"


class Record:
    """An object at a path such as `$.hearing.prosecutionCases[0]`."""

    __slots__ = ("_below", "_malformed", "_taken", "_values", "notes", "path")

    def __init__(self, values: Mapping[str, Any], path: str, notes: Notes) -> None:
        self._values = values
        self.path = path
        self.notes = notes
        self._taken: set[str] = set()
        self._below: dict[str, list[Record]] = {}
        self._malformed: dict[str, tuple[str, ...]] = {}

    def fresh(self) -> "Record":
        """Return the same object, unread, with notes of its own."""
        return Record(self._values, self.path, Notes())

    def at(self, name: str) -> str:
        return f"{self.path}.{key_shown(name)}"

    def has(self, *names: str) -> bool:
        return any(has_content(self._values.get(name)) for name in names)

    def peek(self, name: str) -> Any:
        """Return the value without marking it as read."""
        return self._values.get(name)

    def raw(self, name: str) -> Any:
        self._taken.add(name)
        return self._values.get(name)

    def text(self, *names: str) -> str | None:
        """Return the trimmed text of a field with one of these names; numbers as they are written. None if blank.

        If two of the names have different values, the first is used and the other doubted.
        """
        found: tuple[str, str] | None = None
        for name in names:
            text = self._text(name)
            if text is None:
                continue
            if found is None:
                found = (name, text)
            elif text.casefold() != found[1].casefold():
                self._contradiction(name, found[0])
        return found[1] if found else None

    def either(self, *names: str) -> str | None:
        """Return the first of several fields that give the same in different ways. The others stay unread: they are on
        the list of leaves that say nothing, or they are doubted."""
        return next((text for name in names if self.has(name) and (text := self._text(name))), None)

    def _text(self, name: str) -> str | None:
        value = self.raw(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is None or isinstance(value, str):
            return Placed.at(self.at(name), value.strip()) if value and value.strip() else None
        self.odd(name, "a text")
        return None

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list without the blank ones."""
        values = self.raw(name)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.odd(name, "a list of texts")
        return [
            Placed.at(f"{self.at(name)}[{index}]", text)
            for index, value in enumerate(values)
            if isinstance(value, str) and (text := value.strip())
        ]

    def flag(self, name: str) -> bool:
        """Return True only if the field says so."""
        return self.said(name) is True

    def said(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        self.odd(name, "true or false")
        return None

    def number(self, name: str, most: int) -> int | None:
        """Return a whole number from 0 to `most`, in quotes or not."""
        text = self._text(name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > most:
            self.odd(name, f"a whole number from 0 to {most}")
            return None
        return int(text)

    def child(self, *names: str) -> "Record | None":
        """Return the first object among the fields with these names."""
        for name in names:
            value = self.raw(name)
            if isinstance(value, Mapping):
                return self._below.setdefault(name, [Record(value, self.at(name), self.notes)])[0]
            if value is not None:
                self.odd(name, "an object")
        return None

    def each(self, *names: str) -> list["Record"]:
        """Return the objects of the lists with these names."""
        for name in names:
            if name not in self._below:
                self._below[name] = self._listed(name, lambda values, path: Record(values, path, self.notes))
        return [record for name in names for record in self._below[name]]

    def apart(self, name: str) -> list["Record"]:
        """As `each`, for parts that keep their own notes and are checked for unread leaves separately."""
        return self._listed(name, lambda values, path: Record(values, path, Notes()))

    def _listed(self, name: str, make: Callable[[Mapping[str, Any], str], "Record"]) -> list["Record"]:
        values = self.raw(name)
        if values is not None and not isinstance(values, list):
            self.odd(name, "a list")
            self._malformed[name] = (self.at(name),)
            return []
        found = []
        for index, value in enumerate(values or ()):
            path = f"{self.at(name)}[{index}]"
            if isinstance(value, Mapping):
                found.append(make(value, path))
            elif value is not None:
                problem = Problem("common_platform.type", path, "is not an object; it was left out", "send one")
                self.notes.add(problem, ".".join(steps_of(path)))
                self._malformed[name] = (*self._malformed.get(name, ()), path)
        return found

    def malformed(self, *names: str) -> tuple[str, ...]:
        """Return the places of what is not an object in these lists, or of what is not a list in their place."""
        return tuple(place for name in names for place in self._malformed.get(name, ()))

    def only(self, *names: str) -> "Record":
        """Return the object, or an empty one in its place."""
        return self.child(*names) or Record({}, self.at(names[0]), self.notes)

    def names(self, name: str, *expected: str | None) -> None:
        """Doubt a pointer that names something else than what it is in."""
        named = self._text(name)
        known = {one.casefold() for one in expected if one}
        if named is not None and known and named.casefold() not in known:
            problem = f"{name} names something else than what it is in; it stays where it is"
            self.doubt("common_platform.elsewhere", name, problem, "check which of the two is meant")

    def leftovers(self) -> None:
        """Doubt every unread leaf here and below, unless it is known to say nothing."""
        for name, value in self._values.items():
            if name in self._taken:
                continue
            self._taken.add(name)  # it is reported once
            unread(self.notes, value, f"{self.path}.{name}", self.at(name))
        for records in self._below.values():
            for record in records:
                record.leftovers()

    def doubt(self, code: str, name: str, problem: str, cure: str) -> None:
        where = self.at(name)
        self.notes.add(Problem(code, where, problem, cure), ".".join(steps_of(where)))

    def doubt_here(self, code: str, problem: str, cure: str) -> None:
        self.notes.add(Problem(code, self.path, problem, cure), ".".join(steps_of(self.path)))

    def no_place(self, where: str, kind: str) -> None:
        """Doubt a value that was read and for which this kind of message has no field."""
        name = where.rpartition(".")[2]
        problem = f"{name} has content for which {kind} has no field; it is not passed on"
        cure = "nothing, unless a recipient needs it: then ask for a field"
        self.notes.add(Problem("common_platform.unmapped", where, problem, cure), ".".join(steps_of(where)))

    def left_out(self, code: str, problem: str, cure: str) -> None:
        """Doubt this part as a whole, with the number of its values, whatever they are."""
        values = sum(1 for _ in leaves_in(self._values, self.path))
        self.doubt_here(code, f"{problem}, with its {values} values", cure)
        self.settled()

    def settled(self) -> None:
        """Mark everything here as read, because it was read in another way or already reported."""
        self._taken.update(self._values)
        self._below.clear()

    def refuse(self, code: str, name: str | None, problem: str, cure: str) -> NoReturn:
        raise Refused(Problem(code, self.at(name) if name else self.path, problem, cure))

    def odd(self, name: str, form: str) -> None:
        self.doubt(
            "common_platform.type",
            name,
            f"{key_shown(name)} is not {form}; it was left out",
            "correct it in the court's system",
        )

    def contradicts(self, name: str, other: str) -> None:
        self._contradiction(name, other)

    def _contradiction(self, name: str, other: str) -> None:
        problem = f"{name} differs from {other}; {other} was used"
        self.doubt("common_platform.contradiction", name, problem, "correct the one that is wrong")


def unread(notes: Notes, value: Any, place: str, shown: str) -> None:
    """Doubt what is at the place and was not read: one doubt with the number of leaves that say something.

    `shown` is the place as it may be repeated, because the name of a field could be somebody's.
    """
    quiet = leaves_that_say_nothing(_QUIET)
    loud = sum(not quiet.covers(at, leaf) for at, leaf in leaves_in(value, place))
    if loud:
        name = shown.rpartition(".")[2]
        problem = Problem(
            "common_platform.unmapped",
            shown,
            f"{name} has content for which the message has no field; it is not passed on",
            "nothing, unless a recipient needs it: then ask for a field",
        )
        notes.add(problem, ".".join(steps_of(place)), loud)


def leaves_in(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield every value below the place. Blank texts and nulls say nothing; false does."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves_in(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves_in(inner, f"{place}[{index}]")
    elif value is not None and not (isinstance(value, str) and not value.strip()):
        yield place, value


def has_content(value: Any) -> bool:
    """Return whether there is a value in it that is not false."""
    return any(leaf is not False for _, leaf in leaves_in(value, ""))
