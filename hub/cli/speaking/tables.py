"""Tables for people. An id, an agency and a time are never broken, whatever the width.

On a terminal a table is as wide as the terminal. If its columns do not fit beside each other, each row becomes a few
lines, one for each column. Without a terminal each row is one line, so that a program can search it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import TextWrapper
from typing import TYPE_CHECKING

from hub.cli.speaking.moments import local_words
from hub.cli.speaking.visible import visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_BETWEEN = "  "
_READABLE = 20
"""A column of sentences is not made narrower than this."""
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_SHOWN_MOMENT = re.compile(r"\b\d\d? [A-Z][a-z]{2} \d{4}( \d\d:\d\d(:\d\d)?( [A-Z]{3})?)?\b")
_NO_BREAK = "\x1f"
"""Stands for a space where no line may end. `visible` leaves no such character in what others wrote."""


@dataclass(frozen=True, slots=True)
class SpokenTable:
    """Its rows have as many cells as it has columns. No cell has a line end."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        if not console.is_terminal:
            yield from (Text(line) for line in self.lines(None))
            return
        plain = console.no_color or console.is_dumb_terminal
        headings = 1 + bool(self.title)
        for number, line in enumerate(self.lines(options.max_width, "" if plain else "─")):
            yield Text(line, style="bold" if number < headings and not plain else "")

    def lines(self, width: int | None, rule: str = "") -> list[str]:
        """`width` is None where nothing limits it. `rule` is the sign of the line below the names of the columns."""
        title = [self.title] if self.title else []
        shown = self if width is None else self._without_empty_columns()
        if not shown.columns:
            return title
        widths = shown._widths(width)
        body = shown._records(width or 0) if widths is None else shown._grid(widths, rule)
        return [line.replace(_NO_BREAK, " ").rstrip() for line in (*title, *body)]

    def _without_empty_columns(self) -> "SpokenTable":
        kept = [n for n in range(len(self.columns)) if not self.rows or any(row[n] for row in self.rows)]
        return SpokenTable(
            self.title,
            tuple(self.columns[n] for n in kept),
            tuple(tuple(row[n] for n in kept) for row in self.rows),
        )

    def _widths(self, width: int | None) -> list[int] | None:
        """The width of each column, or None if they do not fit beside each other."""
        columns = [[name, *(row[n] for row in self.rows)] for n, name in enumerate(self.columns)]
        widths = [max(map(len, cells)) for cells in columns]
        if width is None:
            return widths
        least = [max(_least(cell) for cell in cells) for cells in columns]
        available = width - len(_BETWEEN) * (len(columns) - 1)
        if sum(least) > available:
            return None
        while sum(widths) > available:
            widest = max(range(len(widths)), key=lambda n: (widths[n] > least[n], widths[n]))
            widths[widest] -= 1
        return widths

    def _grid(self, widths: Sequence[int], rule: str) -> Iterator[str]:
        yield _BETWEEN.join(name.ljust(width) for name, width in zip(self.columns, widths, strict=True))
        if rule:
            yield _BETWEEN.join(rule * width for width in widths)
        for row in self.rows:
            folded = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
            for number in range(max(map(len, folded))):
                parts = (lines[number] if number < len(lines) else "" for lines in folded)
                yield _BETWEEN.join(part.ljust(width) for part, width in zip(parts, widths, strict=True))

    def _records(self, width: int) -> Iterator[str]:
        """Each row below the other, with the name of the column before each value."""
        indent = max(map(len, self.columns)) + len(_BETWEEN)
        for row in self.rows:
            yield ""
            for name, cell in zip(self.columns, row, strict=True):
                first, *more = _folded(cell, width - indent)
                if first:
                    yield name.ljust(indent) + first
                    yield from (" " * indent + line for line in more)


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> SpokenTable:
    names = tuple(column.replace("_", " ") for column in columns)
    return SpokenTable(visible(title), names, tuple(tuple(map(_cell, row)) for row in rows))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        value = value.isoformat()
    elif isinstance(value, date):
        value = f"{value:%d %b %Y}"
    said = str(value)
    if _ISO_MOMENT.fullmatch(said):
        said = local_words(said)
    shown = visible(said).replace("\n", "\\n")
    return _SHOWN_MOMENT.sub(lambda found: found[0].replace(" ", _NO_BREAK), shown)


def _least(cell: str) -> int:
    """How narrow its column may become."""
    longest = max(map(len, cell.split(" ")), default=0)
    return max(longest, min(len(cell), _READABLE))


def _folded(cell: str, width: int) -> list[str]:
    """Lines that end only at spaces. A longer word stays whole."""
    if len(cell) <= width:
        return [cell]
    folding = TextWrapper(max(width, 1), break_long_words=False, break_on_hyphens=False)
    return folding.wrap(cell) or [""]
