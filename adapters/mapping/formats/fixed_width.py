"""Reads and writes files of fixed-width lines, as mainframes write them. Each line begins with the type of its row."""

from collections.abc import Iterator, Sequence

from adapters.mapping.formats.lines import (
    NEWLINES,
    beside,
    bytes_of,
    check_count,
    cut_short,
    head_of,
    numbered_lines,
    one_line,
    text_of,
)
from adapters.mapping.formats.rows import Assembly, Row, RowRead, RowUnfit, rows_of
from adapters.mapping.formats.value_rows import ValueRow, read_rows, rows_of_values
from adapters.mapping.profiles.profile import Block, Exchange, Profile
from adapters.mapping.profiles.written import FixedWidthLayout
from adapters.mapping.record import Contents, Entry
from schemas.problem import Problem, Refused

_COUNT_DIGITS = 6
_VALUE_COLUMNS = (20, 30, 110, 1)
"""The widths of the number of the message, the kind, the field, and the mark that its text goes on."""
_VALUE_WIDTH = 100


class FixedWidth:
    media_type = "text/plain"
    file_suffix = ".txt"
    noun = "column"

    def __init__(self, layout: FixedWidthLayout, profile: Profile) -> None:
        self._layout = layout
        self._exchanges = profile.written
        self._by_rule = profile.by_rule
        self._others = profile.others

    def recognises(self, body: bytes) -> bool:
        return head_of(body, self._layout).startswith(self._layout.first_line)

    def read(self, body: bytes) -> Contents:
        lines = numbered_lines(text_of(body, self._layout))
        while lines and not lines[-1].strip():
            lines.pop()
        if not lines or not lines[0].startswith(self._layout.first_line):
            problem = "the first line differs from the one in the profile"
            raise Refused(Problem("text.first_line", "line 1", problem, "send the file as the system wrote it"))
        last = len(lines)
        trailer = self._layout.trailer
        if trailer is not None and (last < 2 or not lines[-1].startswith(trailer)):
            raise Refused(cut_short(f"it does not end with a line {trailer}", last))
        rows = [
            Row(number, line[: self._layout.type_width].strip(), line)
            for number, line in enumerate(lines[1 : None if trailer is None else -1], start=2)
            if line.strip()
        ]
        assembly = Assembly(self._exchanges, self._read_row, lambda row: len(row.cells.split()))
        contents = assembly.contents(row for row in rows if row.type != self._others)
        values, more = read_rows(self._values(rows), self._by_rule, assembly.count)
        if trailer is not None:
            check_count(lines[-1].removeprefix(trailer).strip(), assembly.count + more, last)
        whole = Contents((*contents.records, *values.records), (*contents.refused, *values.refused))
        return whole.doubted(beside("the first line", 1, len(lines[0].removeprefix(self._layout.first_line).split())))

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        lines = [self._layout.first_line]
        lines += self._written_values(exchange, entry) if exchange.by_rule else self._written_rows(exchange, entry)
        if self._layout.trailer is not None:
            lines.append(f"{self._layout.trailer}{1:0{_COUNT_DIGITS}}")
        newline = NEWLINES[self._layout.newline]
        return bytes_of("".join(line + newline for line in lines), self._layout)

    def _written_values(self, exchange: Exchange, entry: Entry) -> Iterator[str]:
        for row in rows_of_values(exchange, entry, _VALUE_WIDTH, has_lines=False):
            *cells, text = row.cells()
            start = "".join(cell.ljust(width) for cell, width in zip(cells, _VALUE_COLUMNS, strict=True))
            yield f"{(self._others or '').ljust(self._layout.type_width)}{start}{text}"

    def _values(self, rows: Sequence[Row]) -> Iterator[ValueRow]:
        for row in rows:
            if row.type == self._others:
                at = self._layout.type_width
                cells: list[str] = []
                for width in _VALUE_COLUMNS:
                    cells.append(row.cells[at : at + width].strip())
                    at += width
                message, kind, path, goes_on = cells
                yield ValueRow(row.line, message, kind, path, goes_on, row.cells[at:].strip())

    def _written_rows(self, exchange: Exchange, entry: Entry) -> Iterator[str]:
        for block, below in rows_of(exchange.record, entry):
            line = block.wire_name.ljust(self._layout.type_width)
            for column in sorted(block.columns, key=lambda column: column.at):
                if column.wire is not None:
                    text = one_line(below.fields.get(column.wire, ""))
                    fits = len(text) <= column.width or column.cut
                    line = line.ljust(column.at - 1) + (text[: column.width] if fits else "").ljust(column.width)
            yield line

    def _read_row(self, block: Block, row: Row) -> RowRead:
        """Read one row. Text between the columns shows that they are displaced, so none of them can be trusted. Text
        after the last column is left out, with the value that it may be the end of."""
        line: str = row.cells
        held: dict[str, str] = {}
        end = self._layout.type_width
        rest = list(line)
        for column in block.columns:
            if column.wire is None:
                continue
            start = column.at - 1
            text = line[start : start + column.width].strip()
            rest[start : start + column.width] = " " * len(rest[start : start + column.width])
            end = max(end, start + column.width)
            if text:
                held[column.wire] = text
        outside, cure = (
            f"there is text outside the columns, which end at {end}",
            "put every value in its own columns",
        )
        if "".join(rest[self._layout.type_width : end]).strip():
            raise RowUnfit("fixed_width.outside", outside, cure)
        after = line[end:]
        if not after.strip():
            return RowRead(held)
        if not after[0].isspace():
            last = max((column for column in block.columns if column.wire is not None), key=lambda one: one.at)
            held.pop(last.wire or "", None)
        values = len(after.split())
        return RowRead(held, (("fixed_width.outside", f"{outside}; it is not passed on ({values} values)", cure),))
