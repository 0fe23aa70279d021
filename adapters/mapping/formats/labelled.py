"""Reads and writes word-processed forms that are saved as text: lines `Label: value`, a title line before each form, a
closing line at the end.

A value of several lines continues on lines that begin with two spaces, a bar and a space. A word processor that trims
lines cannot change these, and no line of a value looks like a label.
"""

from collections.abc import Iterator, Mapping, Sequence

from adapters.mapping.formats.lines import NEWLINES, bytes_of, check_count, cut_short, head_of, numbered_lines, text_of
from adapters.mapping.profiles.profile import Block, Exchange
from adapters.mapping.profiles.written import LabelledLayout
from adapters.mapping.record import Contents, Entry, Record, unmapped
from schemas.problem import Problem, Refused

_ON = "  | "
_ON_EMPTY = "  |"
_NUMBERED = "#"


class Labelled:
    media_type = "text/plain"
    file_suffix = ".txt"
    noun = "label"

    def __init__(self, layout: LabelledLayout, exchanges: Sequence[Exchange]) -> None:
        self._layout = layout
        self._titles = {exchange.record.wire_name: exchange for exchange in exchanges}

    def recognises(self, body: bytes) -> bool:
        lines = head_of(body, self._layout).splitlines()
        return next((line.strip() for line in lines if line.strip()), "") in self._titles

    def read(self, body: bytes) -> Contents:
        lines = numbered_lines(text_of(body, self._layout))
        while lines and not lines[-1].strip():
            lines.pop()
        last = len(lines)
        ending = lines.pop() if lines else ""
        if not ending.startswith(f"{self._layout.trailer} "):
            raise Refused(cut_short(f"it does not end with {self._layout.trailer}", last))
        starts = [number for number, line in enumerate(lines) if line.strip() in self._titles]
        if not starts:
            cure = f"begin it with one of {', '.join(self._titles)}"
            raise Refused(Problem("labelled.no_form", "line 1", "the file contains no form", cure))
        records: list[Record] = []
        refused = [
            Problem("labelled.stray", f"line {number + 1}", "there is text before the first form", "remove it")
            for number, line in enumerate(lines[: starts[0]])
            if line.strip()
        ][:1]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True), start=1):
            exchange = self._titles[lines[start].strip()]
            records.append(_record(exchange, lines[start + 1 : end], number, start + 2))
        check_count(ending.removeprefix(self._layout.trailer).strip(), len(starts), last)
        return Contents(tuple(records), tuple(refused))

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        record = exchange.record
        lines = [record.wire_name]
        for name in record.names():
            lines += _lines_of(name, entry.fields.get(name, ""))
        for group in record.groups:
            for number, below in enumerate(entry.entries(group)[: group.repeat], start=1):
                for name in group.names():
                    lines += _lines_of(name.replace(_NUMBERED, str(number)), below.fields.get(name, ""))
        lines += ["", f"{self._layout.trailer} 1"]
        newline = NEWLINES[self._layout.newline]
        return bytes_of("".join(line + newline for line in lines), self._layout)


def _lines_of(label: str, text: str) -> Iterator[str]:
    first, *rest = text.split("\n")
    yield f"{label}: {first}" if first else f"{label}:"
    for line in rest:
        yield _ON + line if line else _ON_EMPTY


def _record(exchange: Exchange, lines: Sequence[str], number: int, first_line: int) -> Record:
    """Read one form. A line that is neither a label nor a value is left out with a doubt. A label that occurs twice is
    left out too, because nothing shows which value is right."""
    where = f"record {number}, line {first_line - 1}"
    known = _labels(exchange.record)
    held: dict[str, str] = {}
    twice: set[str] = set()
    doubts: list[Problem] = []
    label: str | None = None
    for line_number, line in enumerate(lines, start=first_line):
        at = f"record {number}, line {line_number}"
        if line.startswith(_ON_EMPTY):
            if label is None:
                problem = "a line continues a value that never began; it is not passed on"
                doubts.append(Problem("labelled.stray", at, problem, "begin the value with its label"))
                continue
            held[label] += "\n" + line.removeprefix(_ON_EMPTY).removeprefix(" ")
            continue
        if not line.strip():
            continue
        name, colon, text = line.partition(":")
        if not colon:
            cure = 'begin it with its label, or with "  | " if it continues a value'
            doubts.append(Problem("labelled.no_label", at, "the line has no label; it is not passed on", cure))
            continue
        label = name.strip()
        if label in held:
            problem = "the label occurs twice in the form; neither value is passed on"
            doubts.append(Problem("labelled.twice", at, problem, "fill it in once"))
            twice.add(label)
        held[label] = text.removeprefix(" ")
        if label not in known:  # even without a value, because it may be a known label with a spelling mistake
            doubts.append(unmapped(at, "a label"))
    once = {label: text for label, text in held.items() if label not in twice}
    return Record(exchange, _gathered(exchange.record, once, where), tuple(doubts))


def _labels(record: Block) -> frozenset[str]:
    numbered = (
        name.replace(_NUMBERED, str(number))
        for group in record.groups
        for number in range(1, (group.repeat or 0) + 1)
        for name in group.names()
    )
    return frozenset((*record.names(), *numbered))


def _gathered(record: Block, held: Mapping[str, str], where: str) -> Entry:
    def filled(names: Sequence[str], number: int = 0) -> dict[str, str]:
        texts = {name: held.get(name.replace(_NUMBERED, str(number)), "").strip() for name in names}
        return {name: text for name, text in texts.items() if text}

    groups = {
        group.pattern: tuple(
            Entry(f"{where}, number {number}", fields)
            for number in range(1, (group.repeat or 0) + 1)
            if (fields := filled(group.names(), number))
        )
        for group in record.groups
    }
    return Entry(where, filled(record.names()), groups)
