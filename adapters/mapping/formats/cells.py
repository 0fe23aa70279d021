"""Splits rows into cells and joins them again.

The module `csv` is not used, because its limit on the length of a cell applies to the whole process, and a document in
base64 is longer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.mapping.formats.lines import one_line

NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cells:
    """A row. `line` is the line on which it begins. `broken` says that a quote in it is not closed or is followed by
    text; its cells then mean nothing."""

    line: int
    cells: tuple[str, ...]
    broken: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.broken and not any(self.cells)


class Dialect:
    """`quote` is a double quote; it is empty if cells cannot be quoted."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self._delimiter = delimiter
        self._quote = quote
        mark = re.escape(delimiter)
        self._ending = re.compile(rf"{mark}|\r\n|\n|\r|\Z")
        self._quoted = re.compile(rf'"([^"]*(?:""[^"]*)*)"(?={mark}|[\r\n]|\Z)')
        self._special = re.compile(rf'["\r\n{mark}]')

    def rows(self, text: str) -> Iterator[Cells]:
        """Yield the rows, with cells without surrounding blanks. A row with a broken quote ends with its line."""
        at, line, begun = 0, 1, 1
        cells: list[str] = []
        while at < len(text) or cells:
            cell, at = self._cell(text, at)
            if cell is None:
                end = NEWLINE.search(text, at)
                at = end.end() if end else len(text)
                yield Cells(begun, (*cells, ""), broken=True)
                cells, line = [], line + 1
                begun = line
                continue
            cells.append(cell.strip())
            line += len(NEWLINE.findall(cell))
            end = self._ending.match(text, at)
            at = end.end() if end else len(text)
            if end is None or end[0] != self._delimiter:
                yield Cells(begun, tuple(cells))
                cells, line = [], line + 1
                begun = line

    def line(self, cells: Sequence[str]) -> str:
        """Return the line of these cells, without its end."""
        return self._delimiter.join(self._written(cell) for cell in cells)

    def _cell(self, text: str, at: int) -> tuple[str | None, int]:
        """Return the cell that begins there, and where it ends; None if its quotes are broken."""
        if self._quote and text.startswith(self._quote, at):
            quoted = self._quoted.match(text, at)
            if quoted is None:
                return None, at
            return quoted[1].replace('""', '"'), quoted.end()
        end = self._ending.search(text, at)
        stop = end.start() if end else len(text)
        return text[at:stop], stop

    def _written(self, text: str) -> str:
        if not self._quote:
            return one_line(text).replace(self._delimiter, " ")
        if self._special.search(text) or text != text.strip():
            return '"' + text.replace('"', '""') + '"'
        return text
