"""Files of typed rows: a row of an exchange begins a record, and the rows that follow it are entries of its groups."""

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


class RowUnfit(Exception):
    """A row that does not have the columns of its block."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(code)
        self.code, self.problem, self.cure = code, problem, cure


@dataclass
class _Open:
    """An entry whose rows are still coming."""

    block: Block
    where: str
    fields: Mapping[str, str]
    groups: dict[str, list["_Open"]] = field(default_factory=dict)

    def done(self) -> Entry:
        groups = {pattern: tuple(entry.done() for entry in entries) for pattern, entries in self.groups.items()}
        return Entry(self.where, self.fields, groups)


class Assembly:
    """Puts rows together. `fields_of` takes a row apart by the columns of its block, or raises RowUnfit."""

    def __init__(self, exchanges: Sequence[Exchange], fields_of: Callable[[Block, Row], Mapping[str, str]]) -> None:
        self._exchanges = {exchange.record.wire: exchange for exchange in exchanges}
        self._fields_of = fields_of
        self._records: list[Record] = []
        self._refused: list[Problem] = []
        self._exchange: Exchange | None = None
        self._open: list[_Open] = []
        self._wrong: list[Problem] = []
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
        cure = "send only the rows that the profile lists"
        self._wrong.append(Problem("row.unknown", f"line {row.line}", "there is no such row here", cure))
        if not self._open:
            self._close()

    def _begin(self, block: Block, row: Row, where: str) -> None:
        fields: Mapping[str, str] = {}
        try:
            fields = self._fields_of(block, row)
        except RowUnfit as unfit:
            self._wrong.append(Problem(unfit.code, where, unfit.problem, unfit.cure))
        begun = _Open(block, where, fields)
        if self._open:
            self._open[-1].groups.setdefault(block.pattern, []).append(begun)
        self._open.append(begun)

    def _close(self) -> None:
        """A record is taken whole or not at all: one of its rows may have been what mattered."""
        if self._wrong:
            self._refused += self._wrong
        elif self._exchange is not None and self._open:
            self._records.append(Record(self._exchange, self._open[0].done()))
        self._exchange, self._open, self._wrong = None, [], []


def rows_of(block: Block, entry: Entry) -> Iterator[tuple[Block, Entry]]:
    """The rows of an entry in the order of the file."""
    yield block, entry
    for group in block.groups:
        for below in entry.entries(group):
            yield from rows_of(group, below)
