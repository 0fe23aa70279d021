"""One JSON object read field by field, remembering what nobody read, and the doubts that reading raised.

Problem texts name fields and rules, never values: those may be personal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from adapters.json import key_shown
from adapters.says_nothing import leaves_that_say_nothing, steps_of
from adapters.systems.common_platform.decoding.notes import Notes
from schemas.problem import Problem, Refused

_QUIET = "common_platform"


class Record:
    """An object at a path such as `$.hearing.prosecutionCases[0]`."""

    __slots__ = ("_below", "_taken", "_values", "notes", "path")

    def __init__(self, values: Mapping[str, Any], path: str, notes: Notes) -> None:
        self._values = values
        self.path = path
        self.notes = notes
        self._taken: set[str] = set()
        self._below: dict[str, list[Record]] = {}

    def fresh(self) -> "Record":
        """The same object, unread, with notes of its own."""
        return Record(self._values, self.path, Notes())

    def at(self, name: str) -> str:
        return f"{self.path}.{key_shown(name)}"

    def has(self, *names: str) -> bool:
        return any(has_content(self._values.get(name)) for name in names)

    def peek(self, name: str) -> Any:
        """The value, which remains to be read."""
        return self._values.get(name)

    def raw(self, name: str) -> Any:
        self._taken.add(name)
        return self._values.get(name)

    def text(self, *names: str) -> str | None:
        """The text of a field that is spelt in any of these ways, trimmed; numbers as they are written. None if blank.

        If it stands there in two ways that differ, the first is taken and the other doubted.
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
        """The first of several fields that say the same in different ways. The others are left unread: they are on the
        list of those that say nothing, or they are doubted."""
        return next((text for name in names if self.has(name) and (text := self._text(name))), None)

    def _text(self, name: str) -> str | None:
        value = self.raw(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is None or isinstance(value, str):
            return value.strip() or None if value else None
        self.odd(name, "a text")
        return None

    def texts(self, name: str) -> list[str]:
        """The texts of a list, without the blank ones."""
        values = self.raw(name)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.odd(name, "a list of texts")
        return [text for value in values if isinstance(value, str) and (text := value.strip())]

    def flag(self, name: str) -> bool:
        """True only if it says so."""
        return self.said(name) is True

    def said(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        self.odd(name, "true or false")
        return None

    def number(self, name: str, most: int) -> int | None:
        """A whole number from 0 to `most`, in quotes or not."""
        text = self._text(name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > most:
            self.odd(name, f"a whole number from 0 to {most}")
            return None
        return int(text)

    def child(self, *names: str) -> "Record | None":
        """The first object among the fields of these names."""
        for name in names:
            value = self.raw(name)
            if isinstance(value, Mapping):
                return self._below.setdefault(name, [Record(value, self.at(name), self.notes)])[0]
            if value is not None:
                self.odd(name, "an object")
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
            self.odd(name, "a list")
            return []
        found = []
        for index, value in enumerate(values or ()):
            path = f"{self.at(name)}[{index}]"
            if isinstance(value, Mapping):
                found.append(make(value, path))
            elif value is not None:
                problem = Problem("common_platform.type", path, "is not an object and was left out", "send one")
                self.notes.add(problem, ".".join(steps_of(path)))
        return found

    def only(self, *names: str) -> "Record":
        """The object, or an empty one in its place."""
        return self.child(*names) or Record({}, self.at(names[0]), self.notes)

    def names(self, name: str, *expected: str | None) -> None:
        """Doubt a pointer that leads elsewhere than to where it stands."""
        named = self._text(name)
        known = {one.casefold() for one in expected if one}
        if named is not None and known and named.casefold() not in known:
            problem = f"{name} names something else than where it stands; it is left where it stands"
            self.doubt("common_platform.elsewhere", name, problem, "check which of the two is meant")

    def leftovers(self) -> None:
        """Doubt every leaf here and below that was not read, unless it is known to say nothing."""
        for name, value in self._values.items():
            if name in self._taken:
                continue
            self._taken.add(name)  # it is told once
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
        """A doubt about what was read and has no place in this kind of message."""
        name = where.rpartition(".")[2]
        problem = f"{name} has content that {kind} has no place for; it is not passed on"
        cure = "nothing, unless a recipient needs it: then ask for a place to be agreed for it"
        self.notes.add(Problem("common_platform.unmapped", where, problem, cure), ".".join(steps_of(where)))

    def left_out(self, code: str, problem: str, cure: str) -> None:
        """A doubt about this part as a whole, with how many values it has: what stands in it is not looked at."""
        values = sum(1 for _ in leaves_in(self._values, self.path))
        self.doubt_here(code, f"{problem}, with its {values} values", cure)
        self.settled()

    def settled(self) -> None:
        """What stands here has been read in another way, or been told of: nothing of it is left over."""
        self._taken.update(self._values)
        self._below.clear()

    def refuse(self, code: str, name: str | None, problem: str, cure: str) -> NoReturn:
        raise Refused(Problem(code, self.at(name) if name else self.path, problem, cure))

    def odd(self, name: str, form: str) -> None:
        self.doubt(
            "common_platform.type",
            name,
            f"{key_shown(name)} is not {form} and was left out",
            "correct it in the court's system",
        )

    def contradicts(self, name: str, other: str) -> None:
        self._contradiction(name, other)

    def _contradiction(self, name: str, other: str) -> None:
        problem = f"{name} says otherwise than {other}; {other} was taken"
        self.doubt("common_platform.contradiction", name, problem, "correct the one that is wrong")


def unread(notes: Notes, value: Any, place: str, shown: str) -> None:
    """Doubt what stands at the place and was not read, as one, with the number of its leaves that say something.

    `shown` is the place as it may be repeated: a field's name could be anybody's.
    """
    quiet = leaves_that_say_nothing(_QUIET)
    loud = sum(not quiet.covers(at, leaf) for at, leaf in leaves_in(value, place))
    if loud:
        name = shown.rpartition(".")[2]
        problem = Problem(
            "common_platform.unmapped",
            shown,
            f"{name} has content that the message has no place for; it is not passed on",
            "nothing, unless a recipient needs it: then ask for a place to be agreed for it",
        )
        notes.add(problem, ".".join(steps_of(place)), loud)


def leaves_in(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every value below the place. Blank texts and nulls say nothing; a falsehood does."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves_in(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves_in(inner, f"{place}[{index}]")
    elif value is not None and not (isinstance(value, str) and not value.strip()):
        yield place, value


def has_content(value: Any) -> bool:
    """Whether there is a value anywhere in it that is not false."""
    return any(leaf is not False for _, leaf in leaves_in(value, ""))
