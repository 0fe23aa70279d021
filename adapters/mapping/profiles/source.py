"""A profile as text, with the line of each thing in it, because `tomllib` keeps no lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Place = tuple[int | str, ...]

_HEADER = re.compile(r"\[(\[)?\s*([A-Za-z0-9_.\"'-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"([\"']?)([^\"'=#\[{\s]+)\1\s*=")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_FENCE = re.compile(r"'''|\"\"\"")


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is the file as its writer knows it: `icms.toml`."""

    name: str
    text: str

    def where(self, place: Place = ()) -> str:
        """Return `icms.toml line 12`, for the nearest thing to `place` that is in the file.

        A place is a path of keys and positions: `("exchange", 0, "group", 1, "fields", 3, "to")`.
        """
        lines = self._lines()
        for length in range(len(place), 0, -1):
            if place[:length] in lines:
                return self.at_line(lines[place[:length]])
        return self.at_line(1)

    def at_line(self, line: int) -> str:
        return f"{self.name} line {line}"

    def _lines(self) -> Mapping[Place, int]:
        found: dict[Place, int] = {}
        block: Place = ()
        key: Place = ()
        entries = 0
        for number, line in _outside_of_fences(self.text):
            if header := _HEADER.fullmatch(line):
                block = _place_of(header[2], bool(header[1]), found)
                key, entries = block, 0
                found.setdefault(block, number)
            elif match := _KEY.match(line):
                key, entries = (*block, match[2]), 0
                found.setdefault(key, number)
            for _ in range(_QUOTED.sub("", line).split("#")[0].count("{")):
                found[(*key, entries)] = number
                entries += 1
        return found


def _outside_of_fences(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) for every line that does not begin inside a text of several lines."""
    fence: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if fence is None:
            yield number, _FENCE.split(line.strip())[0]
        for mark in _FENCE.findall(line):
            fence = mark if fence is None else None if fence == mark else fence


def _place_of(dotted: str, is_array: bool, found: Mapping[Place, int]) -> Place:
    """Return the place of a table header such as `[[exchange.group]]`: the next group of the last exchange."""
    place: Place = ()
    names = [name.strip("\"' ") for name in dotted.split(".")]
    for depth, name in enumerate(names, start=1):
        place = (*place, name)
        count = _count(place, found)
        if depth == len(names):
            return (*place, count) if is_array else place
        if count:
            place = (*place, count - 1)
    return place


def _count(place: Place, found: Mapping[Place, int]) -> int:
    count = 0
    while (*place, count) in found:
        count += 1
    return count
