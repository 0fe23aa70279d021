"""One object of a charge. It remembers what was read, so that nothing is left out unnoticed."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.fitting import Placed
from adapters.json import key_shown
from adapters.says_nothing import QuietLeaves, leaves_that_say_nothing
from adapters.systems.cps.decoding.findings import Findings


class Part:
    """An absent part is an empty one. Reading a value marks it as read; `tell_leftovers` reports unread values."""

    __slots__ = ("_findings", "_parts", "_taken", "_values", "where")

    def __init__(self, values: Mapping[str, Any], where: str, findings: Findings) -> None:
        self._values = values
        self._findings = findings
        self._taken: set[str] = set()
        self._parts: list[Part] = []
        self.where = where

    def __bool__(self) -> bool:
        return bool(self._values)

    def at(self, name: str) -> str:
        return f"{self.where}.{name}"

    def text(self, name: str) -> str | None:
        """Return the trimmed text with its place; a number as it is written. None if absent, blank or of another
        type."""
        self._taken.add(name)
        value = self._values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            return Placed.at(self.at(name), value.strip()) if value.strip() else None
        if value is not None:
            self._findings.unreadable(name, self.at(name), "a text")
        return None

    def part(self, name: str) -> "Part":
        self._taken.add(name)
        value = self._values.get(name)
        if value is not None and not isinstance(value, dict):
            self._findings.unreadable(name, self.at(name), "an object")
        return self._child(value, self.at(name))

    def parts(self, name: str) -> list["Part"]:
        self._taken.add(name)
        values = self._list(name)
        if not all(isinstance(value, dict) for value in values):
            self._findings.unreadable(name, self.at(name), "a list of objects")
        return [
            self._child(value, f"{self.at(name)}[{index}]")
            for index, value in enumerate(values)
            if isinstance(value, dict)
        ]

    def tell_leftovers(self) -> None:
        """Doubt what has content, was not read and may say something."""
        quiet = leaves_that_say_nothing("cps")
        for name, value in self._values.items():
            if name not in self._taken and (values := sum(1 for _ in _leaves(value, self.at(name), quiet))):
                self._findings.unmapped(key_shown(name), self.where, values)
        for part in self._parts:
            part.tell_leftovers()

    def _list(self, name: str) -> list[Any]:
        value = self._values.get(name)
        if value is not None and not isinstance(value, list):
            self._findings.unreadable(name, self.at(name), "a list")
        return value if isinstance(value, list) else []

    def _child(self, value: Any, where: str) -> "Part":
        part = Part(value if isinstance(value, dict) else {}, where, self._findings)
        self._parts.append(part)
        return part


def _leaves(value: Any, where: str, quiet: QuietLeaves) -> Iterator[str]:
    """Yield the places of the values in it that may say something."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{where}.{name}", quiet)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{where}[{index}]", quiet)
    elif value is not None and value != "" and not quiet.covers(where, value):
        yield where
