"""Rows of cells, taken apart and put together.

Not by the module `csv`: its limit on the length of a cell is one for the whole process, and a document in base64 is
longer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.mapping.formats.lines import one_line

NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cells:
    """`line` is the one that the row begins in. `broken` if a quote in it is not closed, or goes on after it: then its
    cells say nothing."""

    line: int
    cells: tuple[str, ...]
    broken: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.broken and not any(self.cells)


class Dialect:
    """`quote` is a double quote, or empty where cells cannot be quoted."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self._delimiter = delimiter
        self._quote = quote
        mark = re.escape(delimiter)
        self._ending = re.compile(rf"{mark}|\r\n|\n|\r|\Z")
        self._quoted = re.compile(rf'"([^"]*(?:""[^"]*)*)"(?={mark}|[\r\n]|\Z)')
        self._special = re.compile(rf'["\r\n{mark}]')

    def rows(self, text: str) -> Iterator[Cells]:
        """Cells without the blanks around them. A row with a broken quote ends with its line."""
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
        """Without its end."""
        return self._delimiter.join(self._written(cell) for cell in cells)

    def _cell(self, text: str, at: int) -> tuple[str | None, int]:
        """The cell that begins there, and where it ends; None if its quotes are broken."""
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
