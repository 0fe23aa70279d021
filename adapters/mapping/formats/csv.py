"""Reads and writes comma-separated and other delimited files.

A spreadsheet would run a cell that begins like a formula. Such a cell is written with an apostrophe before it, which is
removed when it is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from adapters.mapping.formats.cells import NEWLINE, Cells, Dialect
from adapters.mapping.formats.lines import NEWLINES, beside, bytes_of, check_count, cut_short, head_of, text_of
from adapters.mapping.formats.rows import Assembly, Row, RowRead, RowUnfit, rows_of
from adapters.mapping.formats.value_rows import NAMES, ValueRow, read_rows, rows_of_values
from adapters.mapping.profiles.profile import Block, Exchange, Profile
from adapters.mapping.profiles.written import CsvLayout
from adapters.mapping.record import Contents, Entry, Record, unmapped
from schemas.problem import Problem, Refused

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NUMBERED = "#"


class Csv:
    media_type = "text/csv"
    file_suffix = ".csv"
    noun = "column"

    def __init__(self, layout: CsvLayout, profile: Profile) -> None:
        self._layout = layout
        self._exchanges = profile.written
        self._by_rule = profile.by_rule
        self._others = profile.others
        self._dialect = Dialect(layout.delimiter, layout.quote)

    def recognises(self, body: bytes) -> bool:
        first = NEWLINE.split(head_of(body, self._layout), maxsplit=1)[0]
        if self._layout.first_line is not None:
            return first.startswith(self._layout.first_line)
        header = next(self._dialect.rows(first), Cells(1, ()))
        return not header.broken and (self._has_values(header) or self._exchange_with(header.cells) is not None)

    def read(self, body: bytes) -> Contents:
        text = text_of(body, self._layout)
        rows = [row for row in self._dialect.rows(text) if not row.is_blank]
        if not rows:
            raise Refused(Problem("text.empty", "line 1", "the file is empty", "send at least one record"))
        trailer = self._trailer(rows)
        contents, count = self._contents(rows, text)
        if trailer is not None:
            check_count(trailer.cells[1] if len(trailer.cells) > 1 else "", count, trailer.line)
            contents = contents.doubted(beside("the last line", trailer.line, sum(map(bool, trailer.cells[2:]))))
        return contents.doubted(self._beside_first_line(rows, text))

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        record = exchange.record
        rows: list[list[str]] = []
        if exchange.by_rule:
            values = rows_of_values(exchange, entry, None, has_lines=self._layout.quote != "")
            start = [] if self._layout.header else [self._others or ""]
            rows += [[self._others or "", *NAMES]] if self._layout.header else []
            rows += [[*start, *map(_guarded, value.cells())] for value in values]
        elif self._layout.header:
            names = list(_columns(record))
            held = dict(_spread(record, entry))
            rows += [names, [_guarded(held.get(name, "")) for name in names]]
        else:
            for block, below in rows_of(record, entry):
                cells = [_guarded(below.fields.get(name, "")) for name in block.names()]
                rows.append([block.wire_name, *cells])
        if self._layout.trailer is not None:
            rows.append([self._layout.trailer, "1"])
        lines = [self._layout.first_line] if self._layout.first_line else []
        lines += [self._dialect.line(row) for row in rows]
        newline = NEWLINES[self._layout.newline]
        return bytes_of("".join(line + newline for line in lines), self._layout)

    def _contents(self, rows: Sequence[Cells], text: str) -> tuple[Contents, int]:
        if not self._layout.header:
            return self._typed(rows, text)
        if self._has_values(rows[0]):
            return self._values(rows[1:], 0, 0)
        return self._headed(rows)

    def _beside_first_line(self, rows: Sequence[Cells], text: str) -> tuple[Problem, ...]:
        stated = self._layout.first_line
        if stated is None:
            return ()
        more = NEWLINE.split(text.lstrip("\r\n"), maxsplit=1)[0].removeprefix(stated)
        return beside("the first line", rows[0].line, len(more.split()))

    def _trailer(self, rows: list[Cells]) -> Cells | None:
        """Remove the last row, if the layout has a trailer. Raises Refused if it is missing."""
        if self._layout.trailer is None:
            return None
        last = rows.pop()
        if last.cells[0] != self._layout.trailer or not rows:
            raise Refused(cut_short(f"it does not end with a row {self._layout.trailer}", last.line))
        return last

    # ---- with a header ----

    def _headed(self, rows: Sequence[Cells]) -> tuple[Contents, int]:
        header, *body = rows
        names = header.cells
        exchange = self._exchange_with(names)
        if exchange is None:
            raise Refused(self._no_such_header(names, header.line))
        if len(set(filter(None, names))) != len([name for name in names if name]):
            problem = "the header names a column twice"
            raise Refused(Problem("csv.header", f"line {header.line}", problem, "name each column once"))
        records: list[Record] = []
        refused: list[Problem] = []
        for number, row in enumerate(body, start=1):
            where = f"record {number}, line {row.line}"
            if row.broken:
                refused.append(_quote_broken(where))
                continue
            if len(row.cells) != len(names):
                refused.append(_cells_wrong(where, len(row.cells), len(names)))
                continue
            held = dict(zip(names, map(_freed, row.cells), strict=True))
            records.append(Record(exchange, _gathered(exchange.record, held, where), _extra(exchange, row, names)))
        return Contents(tuple(records), tuple(refused)), len(body)

    def _exchange_with(self, names: Sequence[str]) -> Exchange | None:
        """Return the exchange with the most columns among those whose columns are all in the header."""
        fitting = [exchange for exchange in self._exchanges if set(_columns(exchange.record)) <= set(names)]
        return max(fitting, key=lambda exchange: len(set(_columns(exchange.record))), default=None)

    def _no_such_header(self, names: Sequence[str], line: int) -> Problem:
        nearest = min(self._exchanges, key=lambda one: len(set(_columns(one.record)) - set(names)))
        missing = [name for name in _columns(nearest.record) if name not in names]
        problem = f"the header is not that of any exchange; for {nearest.kind.name} it lacks {len(missing)} columns"
        cure = f"send the columns {', '.join(missing[:10])}"
        return Problem("csv.header", f"line {line}", problem, cure)

    # ---- with typed rows ----

    def _typed(self, rows: Sequence[Cells], text: str) -> tuple[Contents, int]:
        first, *body = rows
        if not text.lstrip("\r\n").startswith(self._layout.first_line or ""):
            problem = "the first line differs from the one in the profile"
            raise Refused(
                Problem("text.first_line", f"line {first.line}", problem, "send the file as the system wrote it")
            )
        assembly = Assembly(self._exchanges, _read_row, lambda row: sum(map(bool, row.cells or ())))
        is_value = {row.line: self._others is not None and row.cells[0] == self._others for row in body}
        own = (row for row in body if not is_value[row.line])
        contents = assembly.contents(Row(row.line, row.cells[0], None if row.broken else row.cells[1:]) for row in own)
        values, more = self._values([row for row in body if is_value[row.line]], 1, assembly.count)
        whole = Contents((*contents.records, *values.records), (*contents.refused, *values.refused))
        return whole, assembly.count + more

    # ---- with a row for each value ----

    def _has_values(self, header: Cells) -> bool:
        return self._others is not None and header.cells == (self._others, *NAMES)

    def _values(self, body: Sequence[Cells], start: int, before: int) -> tuple[Contents, int]:
        """`start` is the first column of the value; a row of another length is refused, with its message."""
        rows: list[ValueRow] = []
        refused: list[Problem] = []
        for row in body:
            where = f"line {row.line}"
            if row.broken:
                refused.append(_quote_broken(where))
            elif len(row.cells) != start + 1 + len(NAMES):
                refused.append(_cells_wrong(where, len(row.cells), start + 1 + len(NAMES)))
            else:
                message, kind, path, goes_on, text = map(_freed, row.cells[start:])
                rows.append(ValueRow(row.line, message, kind, path, goes_on, text))
        contents, count = read_rows(rows, self._by_rule, before)
        return Contents(contents.records, (*contents.refused, *refused)), count


def _read_row(block: Block, row: Row) -> RowRead:
    names = block.names()
    if row.cells is None:
        broken = _quote_broken("")
        raise RowUnfit(broken.code, broken.problem, broken.cure)
    if len(row.cells) != len(names):
        problem = f"the row has {len(row.cells)} columns after its type instead of {len(names)}"
        raise RowUnfit("csv.columns", problem, "send a cell for every column, even an empty one")
    return RowRead({name: freed for name, cell in zip(names, row.cells, strict=True) if (freed := _freed(cell))})


def _columns(record: Block) -> Iterator[str]:
    yield from record.names()
    for group in record.groups:
        for number in range(1, (group.repeat or 0) + 1):
            yield from (name.replace(_NUMBERED, str(number)) for name in group.names())


def _gathered(record: Block, held: Mapping[str, str], where: str) -> Entry:
    """Return the record of a row, with its numbered columns as entries."""
    groups: dict[str, tuple[Entry, ...]] = {}
    for group in record.groups:
        entries = [
            Entry(f"{where}, number {number}", fields)
            for number in range(1, (group.repeat or 0) + 1)
            if (fields := {n: v for n in group.names() if (v := held.get(n.replace(_NUMBERED, str(number)), ""))})
        ]
        groups[group.pattern] = tuple(entries)
    return Entry(where, {name: held[name] for name in record.names() if held.get(name)}, groups)


def _spread(record: Block, entry: Entry) -> Iterator[tuple[str, str]]:
    yield from entry.fields.items()
    for group in record.groups:
        for number, below in enumerate(entry.entries(group)[: group.repeat], start=1):
            yield from ((name.replace(_NUMBERED, str(number)), text) for name, text in below.fields.items())


def _extra(exchange: Exchange, row: Cells, names: Sequence[str]) -> tuple[Problem, ...]:
    known = set(_columns(exchange.record))
    return tuple(
        unmapped(f"line {row.line}, column {position}", "a column")
        for position, (name, cell) in enumerate(zip(names, row.cells, strict=True), start=1)
        if name not in known and cell
    )


def _quote_broken(where: str) -> Problem:
    problem, cure = (
        "a quoted cell is not closed, or text follows its closing quote",
        'close the quote, and write a quote inside the cell as ""',
    )
    return Problem("csv.quote", where, problem, cure)


def _cells_wrong(where: str, found: int, wanted: int) -> Problem:
    problem = f"the row has {found} cells and the header {wanted}"
    return Problem(
        "csv.columns", where, problem, "send a cell for every column, and quote a cell that holds a delimiter"
    )


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _freed(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text
