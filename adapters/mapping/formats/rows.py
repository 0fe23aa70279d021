"""Assembles files of typed rows: a row of an exchange begins a record, and the rows after it are entries of its
groups."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.mapping.profiles.profile import Block, Exchange
from adapters.mapping.record import Contents, Entry, Record
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    type: str
    cells: Any


@dataclass(frozen=True, slots=True)
class RowRead:
    """The fields of a row, by wire name. `doubts` are (code, problem, cure) about the rest of the row."""

    fields: Mapping[str, str]
    doubts: tuple[tuple[str, str, str], ...] = ()


class RowUnfit(Exception):
    """A row that does not have the columns of its block."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(code)
        self.code, self.problem, self.cure = code, problem, cure


@dataclass
class _Open:
    """An entry whose rows are not complete yet."""

    block: Block
    where: str
    fields: Mapping[str, str]
    groups: dict[str, list["_Open"]] = field(default_factory=dict)

    def done(self) -> Entry:
        groups = {pattern: tuple(entry.done() for entry in entries) for pattern, entries in self.groups.items()}
        return Entry(self.where, self.fields, groups)


class Assembly:
    """Joins rows to records. `read_row` splits a row into the columns of its block, or raises RowUnfit. `size_of`
    counts the values of a row that nobody reads."""

    def __init__(
        self, exchanges: Sequence[Exchange], read_row: Callable[[Block, Row], RowRead], size_of: Callable[[Row], int]
    ) -> None:
        self._exchanges = {exchange.record.wire: exchange for exchange in exchanges}
        self._read_row = read_row
        self._size_of = size_of
        self._records: list[Record] = []
        self._refused: list[Problem] = []
        self._exchange: Exchange | None = None
        self._open: list[_Open] = []
        self._wrong: list[Problem] = []
        self._doubts: list[Problem] = []
        self.count = 0

    def contents(self, rows: Iterable[Row]) -> Contents:
        for row in rows:
            self._take(row)
        self._close()
        return Contents(tuple(self._records), tuple(self._refused))

    def _take(self, row: Row) -> None:
        if row.type in self._exchanges:
            self._close()
            self.count += 1
            self._exchange = self._exchanges[row.type]
            self._begin(self._exchange.record, row, f"record {self.count}, line {row.line}")
            return
        while self._open:
            group = next((group for group in self._open[-1].block.groups if group.wire == row.type), None)
            if group is not None:
                self._begin(group, row, f"record {self.count}, line {row.line}")
                return
            if len(self._open) == 1:
                break
            self._open.pop()
        cure = "send only rows that the profile describes"
        where = f"record {self.count}, line {row.line}" if self._open else f"line {row.line}"
        problem = f"the profile has no such row here; it is not passed on ({self._size_of(row)} values)"
        unknown = Problem("row.unknown", where, problem, cure)
        if self._open:
            self._doubts.append(unknown)
        else:
            self._refused.append(unknown)

    def _begin(self, block: Block, row: Row, where: str) -> None:
        read, unfit = RowRead({}), None
        try:
            read = self._read_row(block, row)
        except RowUnfit as found:
            unfit = found
        begun = _Open(block, where, read.fields)
        self._doubts += [Problem(code, where, problem, cure) for code, problem, cure in read.doubts]
        if unfit is not None and self._open:
            values = self._size_of(row)
            problem = f"{unfit.problem}; it is left out, with the rows below it ({values} values)"
            self._doubts.append(Problem(unfit.code, where, problem, unfit.cure))
        elif unfit is not None:
            self._wrong.append(Problem(unfit.code, where, unfit.problem, unfit.cure))
        elif self._open:
            self._open[-1].groups.setdefault(block.pattern, []).append(begun)
        self._open.append(begun)

    def _close(self) -> None:
        """End an entry. A record whose own row is wrong is refused; an entry whose row is wrong is left out of its
        record."""
        if self._wrong:
            self._refused += self._wrong
        elif self._exchange is not None and self._open:
            self._records.append(Record(self._exchange, self._open[0].done(), tuple(self._doubts)))
        self._exchange, self._open, self._wrong, self._doubts = None, [], [], []


def rows_of(block: Block, entry: Entry) -> Iterator[tuple[Block, Entry]]:
    """Yield the rows of an entry in the order of the file."""
    yield block, entry
    for group in block.groups:
        for below in entry.entries(group):
            yield from rows_of(group, below)
