"""Rows of cells, taken apart and put together.

Not by the module `csv`: its limit on the length of a cell is one for the whole process, and a document in base64 is
longer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.mapping.formats.lines import one_line
from schemas.problem import Problem, Refused

NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cells:
    """`line` is the one that the row begins in."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


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
        """Cells without the blanks around them. Raises Refused (csv.quote)."""
        at, line, begun = 0, 1, 1
        cells: list[str] = []
        while at < len(text) or cells:
            cell, at = self._cell(text, at, line)
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

    def _cell(self, text: str, at: int, line: int) -> tuple[str, int]:
        """The cell that begins there, and where it ends."""
        if self._quote and text.startswith(self._quote, at):
            quoted = self._quoted.match(text, at)
            if quoted is None:
                problem, cure = "a quoted cell is not closed, or goes on after it", 'close it, and write a quote as ""'
                raise Refused(Problem("csv.quote", f"line {line}", problem, cure))
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
