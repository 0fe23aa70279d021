"""A TOML file as text, with its line numbers. `tomllib` keeps none, so lines are found by key and value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEADER = re.compile(r"\s*\[\[?\s*[A-Za-z]")
_KEY = re.compile(r"\s*[\"']?([A-Za-z_-]+)[\"']?\s*=")


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is the folder and file as a reader knows it: `protocols/court-lists.toml`."""

    name: str
    text: str

    def where(self, place: Sequence[int | str] = (), value: object = None) -> str:
        """`protocols/court-lists.toml line 12`: the line of the nearest thing to `place` that the file has.

        `place` is a key path such as `("permit", 0, "fields", 3)`; `value` is a text in that list.
        """
        return self.at_line(self._line(place, value))

    def at_line(self, line: int) -> str:
        return f"{self.name} line {line}"

    def _line(self, place: Sequence[int | str], value: object) -> int:
        lines = self.text.splitlines()
        headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
        start, end, keys = 0, headers[0] if headers else len(lines), list(place)
        if len(keys) > 1 and isinstance(keys[1], int):
            blocks = [n for n in headers if re.match(rf"\s*\[\[\s*{re.escape(str(keys[0]))}\s*\]\]", lines[n])]
            if keys[1] < len(blocks):
                start = blocks[keys[1]]
                end = next((number for number in headers if number > start), len(lines))
                keys = keys[2:]
        elif len(keys) > 1 and (table := self._table(lines, headers, str(keys[0]))) is not None:
            start, end, keys = table.start, table.stop, keys[1:]
        if not keys:
            return start + 1
        return _line_of_key(lines, range(start, end), str(keys[0]), value) + 1

    def _table(self, lines: list[str], headers: list[int], name: str) -> range | None:
        """The lines of `[name]`, if the file has such a table."""
        start = next((n for n in headers if re.match(rf"\s*\[\s*{re.escape(name)}\s*\]", lines[n])), None)
        if start is None:
            return None
        return range(start, next((number for number in headers if number > start), len(lines)))


def _line_of_key(lines: list[str], block: range, key: str, value: object) -> int:
    """The line of the value within the key, else of the key, else of the block."""
    found = next((n for n in block if (match := _KEY.match(lines[n])) and match[1] == key), None)
    if found is None:
        return block.start
    if isinstance(value, str):
        for number in range(found, block.stop):
            if number > found and _KEY.match(lines[number]):
                break
            if f'"{value}"' in lines[number] or f"'{value}'" in lines[number]:
                return number
    return found
