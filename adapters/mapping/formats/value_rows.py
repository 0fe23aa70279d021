"""Holds a whole message in the rows of a flat file: a row for each value, with the number of the message, the kind, and
the path of the field: `sessions[0].cases[2].defendant.name.surname`.

The rows of one message belong together by its number, in any order and among those of others. So a list in lists needs
no more room than a single value, and a kind may get a field without moving another. A text that is longer than the
column, or has several lines, goes on in further rows of the same field.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from adapters.mapping.profiles.profile import Block, Exchange
from adapters.mapping.record import Contents, Entry, Record, unmapped
from schemas.problem import Problem

NAMES = ("KIND", "FIELD", "GOES ON", "VALUE")
"""The columns after the number of the message."""
SAME_LINE, NEXT_LINE = "+", "/"

_STEP = re.compile(r"([a-z][a-z0-9_]*)(?:\[([0-9]{1,6})\])?")


@dataclass(frozen=True, slots=True)
class ValueRow:
    """`goes_on` is empty for the first row of a field; then it says whether the text goes on in the same line."""

    line: int
    message: str
    kind: str
    path: str
    goes_on: str
    text: str

    def cells(self) -> tuple[str, ...]:
        return (self.message, self.kind, self.path, self.goes_on, self.text)


def kind_name(exchange: Exchange) -> str:
    return f"{exchange.kind.name} {exchange.kind.version}"


def values_of(block: Block, entry: Entry, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield each value with its path."""
    for name in block.names():
        if text := entry.fields.get(name):
            yield f"{at}{name}", text
    for group in block.groups:
        for number, below in enumerate(entry.entries(group)):
            yield from values_of(group, below, f"{at}{group.wire_name}[{number}].")


def rows_of_values(exchange: Exchange, entry: Entry, width: int | None, *, has_lines: bool) -> Iterator[ValueRow]:
    """Yield the rows of a message. `width` is the room for a text; `has_lines` says that a value may have several
    lines."""
    for path, text in values_of(exchange.record, entry):
        goes_on = ""
        for line in (text,) if has_lines else text.split("\n"):
            for piece in _pieces(line, width):
                yield ValueRow(0, "1", kind_name(exchange), path, goes_on, piece)
                goes_on = SAME_LINE
            goes_on = NEXT_LINE


def _pieces(line: str, width: int | None) -> Iterator[str]:
    """Cut a line between two characters that are not blank, because a blank at the end of a column is lost."""
    while width is not None and len(line) > width:
        cuts = (cut for cut in range(width, 0, -1) if not line[cut - 1].isspace() and not line[cut].isspace())
        cut = next(cuts, width)
        yield line[:cut]
        line = line[cut:]
    yield line


def read_rows(rows: Iterable[ValueRow], exchanges: Sequence[Exchange], before: int = 0) -> tuple[Contents, int]:
    """Put the rows of each message together again, and count the messages. `before` is how many records the file had
    before."""
    messages: dict[str, list[ValueRow]] = {}
    for row in rows:
        messages.setdefault(row.message, []).append(row)
    records: list[Record] = []
    refused: list[Problem] = []
    for number, found in enumerate(messages.values(), start=before + 1):
        where = f"record {number}, line {found[0].line}"
        kinds = {row.kind for row in found}
        exchange = next((one for one in exchanges if {kind_name(one)} == kinds), None)
        if exchange is None:
            cure = "give all rows of a message one kind and its version, such as court_list 1"
            refused.append(Problem("values.kind", where, "the rows do not say which kind of message they are", cure))
            continue
        doubts: list[Problem] = []
        values = tuple(_joined(found, doubts))
        records.append(record_of(exchange, values, where, tuple(doubts)))
    return Contents(tuple(records), tuple(refused)), len(messages)


def _joined(rows: Sequence[ValueRow], doubts: list[Problem]) -> Iterator[tuple[str, str, str]]:
    """Yield (path, place, text). A field with two values is left out, because nothing shows which of them is right."""
    texts: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    twice: set[str] = set()
    for row in rows:
        place = f"line {row.line}"
        if row.goes_on and row.path in texts:
            texts[row.path] += ["\n" if row.goes_on == NEXT_LINE else "", row.text]
        elif row.path in texts:
            problem = "the field occurs twice in the message; neither value is passed on"
            doubts.append(Problem("values.twice", place, problem, "send one row for it, or mark that the text goes on"))
            twice.add(row.path)
        else:
            texts[row.path], places[row.path] = [row.text], place
    yield from ((path, places[path], "".join(text).strip()) for path, text in texts.items() if path not in twice)


@dataclass
class _Open:
    where: str
    fields: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[int, "_Open"]] = field(default_factory=dict)

    def done(self) -> Entry:
        groups = {name: tuple(one.done() for _, one in sorted(below.items())) for name, below in self.groups.items()}
        return Entry(self.where, self.fields, groups)


def record_of(
    exchange: Exchange, values: Iterable[tuple[str, str, str]], where: str, doubts: tuple[Problem, ...]
) -> Record:
    """Put values with their paths and places together to a record."""
    whole = _Open(where)
    strange: list[Problem] = []
    for path, place, text in values:
        if text and not _put(whole, exchange.record, path, text):
            strange.append(unmapped(f"{where.partition(',')[0]}, {place}", "a field"))
    return Record(exchange, whole.done(), (*doubts, *strange))


def _put(entry: _Open, block: Block, path: str, text: str) -> bool:
    """Put a text where its path leads; return whether the kind has such a field."""
    names: list[str] = []
    for step in path.split("."):
        match = _STEP.fullmatch(step)
        if match is None:
            return False
        names.append(match[1])
        if match[2] is not None:
            group = next((one for one in block.groups if one.wire == ".".join(names)), None)
            if group is None:
                return False
            below = entry.groups.setdefault(group.pattern, {})
            entry = below.setdefault(int(match[2]), _Open(f"{entry.where}, {group.wire} {int(match[2])}"))
            block, names = group, []
    wire = ".".join(names)
    if wire not in block.names():
        return False
    entry.fields[wire] = text
    return True
