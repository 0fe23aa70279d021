"""Lists of leaves that say nothing about anybody: one list for each system, with a reason for each leaf.

An adapter raises a doubt for every leaf that it did not read, unless the list of its system names the leaf. So nothing
is left out unnoticed. The list is the file `says_nothing.toml` beside the system's `adapter.py`:

    [[leaves]]
    why = "The number of a row in the platform's own tables."
    paths = ["judicialResults.judicialResultId", "$.hearing.id"]

    [[leaves]]
    why = "False says that there is no marker."
    paths = ["charges.additionalMarker"]
    when = [false, 0]

A path is the end of a leaf's place: the name of what contains the leaf, then the name of the leaf. If two names are not
enough, more names come before them. A single name is refused, because it would cover every leaf with that name.
Steps are separated by `.` in JSON and by `/` in XML, and have no positions. An attribute is the step `@name`.
The root of a JSON document is the step `$`. A path that begins with `/` begins at the root of an XML document.
There are no wildcards. A path names a leaf, never an object or an element with others in it, because something that is
added to it later would not be noticed. With `when`, the leaf says nothing only if it has one of these values.

After an adapter has read all that it reads, it checks each leaf that is left:

    quiet = leaves_that_say_nothing("libra")
    if not quiet.covers(place, value):
        ...  # a doubt with the place of the leaf

`place` is written as in a doubt: `$.hearing.prosecutionCases[0].id`, or `line 12, /Envelope/Body/document[2]/version`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Self

FILE_NAME = "says_nothing.toml"
_LINE = re.compile(r"line [0-9]+, ")
_POSITION = re.compile(r"\[[0-9]+\]")
_STEP = re.compile(r"\$|@?[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class QuietLeaf:
    """One path of the list. `when` is None if the leaf never says anything."""

    steps: tuple[str, ...]
    why: str
    when: tuple[Any, ...] | None = None

    def covers(self, steps: tuple[str, ...], value: Any) -> bool:
        if steps[-len(self.steps) :] != self.steps:
            return False
        return self.when is None or any(type(value) is type(one) and value == one for one in self.when)


class QuietLeaves:
    """The list of one system."""

    def __init__(self, leaves: tuple[QuietLeaf, ...]) -> None:
        by_name: dict[str, tuple[QuietLeaf, ...]] = {}
        for leaf in leaves:
            by_name[leaf.steps[-1]] = (*by_name.get(leaf.steps[-1], ()), leaf)
        self.leaves = leaves
        self._by_name: Mapping[str, tuple[QuietLeaf, ...]] = MappingProxyType(by_name)

    @classmethod
    def of(cls, text: str) -> Self:
        """Check and return a list. Raises ValueError for a list that does not have the agreed form."""
        found: list[QuietLeaf] = []
        for entry in tomllib.loads(text).get("leaves", []):
            why, paths, when = entry.pop("why", ""), entry.pop("paths", []), entry.pop("when", None)
            if entry or not why or not paths:
                raise ValueError(f"an entry has why, paths and perhaps when, and nothing else: {why or paths}")
            found += [QuietLeaf(_written_steps(path), why, None if when is None else tuple(when)) for path in paths]
        return cls(tuple(found))

    def covers(self, place: str, value: Any) -> bool:
        """Return whether the leaf at `place`, with that value, says nothing about anybody."""
        steps = steps_of(place)
        return any(leaf.covers(steps, value) for leaf in self._by_name.get(steps[-1], ()))


def steps_of(place: str) -> tuple[str, ...]:
    """Return the names on the way to a leaf, without positions. Lists of leaves and counts of doubts use them."""
    return tuple(re.split(r"[./]", _POSITION.sub("", _LINE.sub("", place))))


@cache
def leaves_that_say_nothing(system: str) -> QuietLeaves:
    """Return the list of the system in that folder; an empty one if there is none."""
    file = files(f"adapters.systems.{system}") / FILE_NAME
    return QuietLeaves.of(file.read_text(encoding="utf-8") if file.is_file() else "")


def _written_steps(path: str) -> tuple[str, ...]:
    steps = tuple(re.split(r"[./]", path))
    first = 1 if steps[0] == "" else 0  # a path from the root of an XML document
    if len(steps) < 2 or not all(_STEP.fullmatch(step) for step in steps[first:]):
        raise ValueError(f"a path has at least two names, and no wildcard or position: {path}")
    return steps
