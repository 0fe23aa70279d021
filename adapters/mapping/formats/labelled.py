"""Reads and writes word-processed forms that are saved as text: lines `Label: value`, a title line before each form, a
closing line at the end.

A value of several lines continues on lines that begin with two spaces, a bar and a space. A word processor that trims
lines cannot change these, and no line of a value looks like a label.
"""

from collections.abc import Iterator, Mapping, Sequence

from adapters.mapping.formats.lines import NEWLINES, bytes_of, check_count, cut_short, head_of, numbered_lines, text_of
from adapters.mapping.formats.value_rows import kind_name, record_of, values_of
from adapters.mapping.profiles.profile import Block, Exchange, Profile
from adapters.mapping.profiles.written import LabelledLayout
from adapters.mapping.record import Contents, Entry, Record, unmapped
from schemas.problem import Problem, Refused

_ON = "  | "
_ON_EMPTY = "  |"
_NUMBERED = "#"
_KIND = "Kind"
"""The first label of a form that is laid out by rule."""


class Labelled:
    media_type = "text/plain"
    file_suffix = ".txt"
    noun = "label"

    def __init__(self, layout: LabelledLayout, profile: Profile) -> None:
        self._layout = layout
        self._forms = {exchange.record.wire_name: exchange for exchange in profile.written}
        self._by_rule = {kind_name(exchange): exchange for exchange in profile.by_rule}
        self._others = profile.others
        self._titles = frozenset({*self._forms, *filter(None, [profile.others])})

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
            cure = f"begin it with one of {', '.join(sorted(self._titles))}"
            raise Refused(Problem("labelled.no_form", "line 1", "the file contains no form", cure))
        records: list[Record] = []
        refused = [
            Problem("labelled.stray", f"line {number + 1}", "there is text before the first form", "remove it")
            for number, line in enumerate(lines[: starts[0]])
            if line.strip()
        ][:1]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True), start=1):
            title, form = lines[start].strip(), lines[start + 1 : end]
            if title in self._forms:
                records.append(_record(self._forms[title], form, number, start + 2))
            elif (record := self._by_paths(form, number, start + 2)) is not None:
                records.append(record)
            else:
                problem, cure = "the form does not say which kind of message it is", "begin it with Kind: court_list 1"
                refused.append(Problem("values.kind", f"record {number}, line {start + 1}", problem, cure))
        check_count(ending.removeprefix(self._layout.trailer).strip(), len(starts), last)
        return Contents(tuple(records), tuple(refused))

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        lines = self._by_rule_form(exchange, entry) if exchange.by_rule else self._form(exchange.record, entry)
        lines += ["", f"{self._layout.trailer} 1"]
        newline = NEWLINES[self._layout.newline]
        return bytes_of("".join(line + newline for line in lines), self._layout)

    def _by_rule_form(self, exchange: Exchange, entry: Entry) -> list[str]:
        values = ((_KIND, kind_name(exchange)), *values_of(exchange.record, entry))
        return [self._others or "", *(line for label, text in values for line in _lines_of(label, text))]

    def _by_paths(self, lines: Sequence[str], number: int, first_line: int) -> Record | None:
        """Read a form whose labels are paths of the kind that it names; None if it names none."""
        form = _Form(lines, number, first_line)
        exchange = self._by_rule.get(form.texts.pop(_KIND, "").strip())
        if exchange is None:
            return None
        values = ((label, f"line {form.places[label]}", text.strip()) for label, text in form.once())
        return record_of(exchange, values, f"record {number}, line {first_line - 1}", tuple(form.doubts))

    def _form(self, record: Block, entry: Entry) -> list[str]:
        lines = [record.wire_name]
        for name in record.names():
            lines += _lines_of(name, entry.fields.get(name, ""))
        for group in record.groups:
            for number, below in enumerate(entry.entries(group)[: group.repeat], start=1):
                for name in group.names():
                    lines += _lines_of(name.replace(_NUMBERED, str(number)), below.fields.get(name, ""))
        return lines


def _lines_of(label: str, text: str) -> Iterator[str]:
    first, *rest = text.split("\n")
    yield f"{label}: {first}" if first else f"{label}:"
    for line in rest:
        yield _ON + line if line else _ON_EMPTY


class _Form:
    """The labels of one form with their texts and lines. A line that is neither a label nor a value is left out with a
    doubt. A label that occurs twice is left out too, because nothing shows which value is right."""

    def __init__(self, lines: Sequence[str], number: int, first_line: int) -> None:
        self.texts: dict[str, str] = {}
        self.places: dict[str, int] = {}
        self.doubts: list[Problem] = []
        self._twice: set[str] = set()
        label: str | None = None
        for line_number, line in enumerate(lines, start=first_line):
            label = self._take(line, label, line_number, f"record {number}, line {line_number}")

    def once(self) -> Iterator[tuple[str, str]]:
        yield from ((label, text) for label, text in self.texts.items() if label not in self._twice)

    def _take(self, line: str, label: str | None, line_number: int, at: str) -> str | None:
        """Take a line; return the label whose value it is."""
        if line.startswith(_ON_EMPTY):
            if label is None:
                problem = "a line continues a value that never began; it is not passed on"
                self.doubts.append(Problem("labelled.stray", at, problem, "begin the value with its label"))
            else:
                self.texts[label] += "\n" + line.removeprefix(_ON_EMPTY).removeprefix(" ")
            return label
        if not line.strip():
            return label
        name, colon, text = line.partition(":")
        if not colon:
            cure = 'begin it with its label, or with "  | " if it continues a value'
            self.doubts.append(Problem("labelled.no_label", at, "the line has no label; it is not passed on", cure))
            return label
        label = name.strip()
        if label in self.texts:
            problem = "the label occurs twice in the form; neither value is passed on"
            self.doubts.append(Problem("labelled.twice", at, problem, "fill it in once"))
            self._twice.add(label)
        self.texts[label], self.places[label] = text.removeprefix(" "), line_number
        return label


def _record(exchange: Exchange, lines: Sequence[str], number: int, first_line: int) -> Record:
    """Read one form with labels of the profile's own."""
    known, form = _labels(exchange.record), _Form(lines, number, first_line)
    # A label is told even without a value, because it may be a known label with a spelling mistake.
    strange = (
        unmapped(f"record {number}, line {line}", "a label")
        for label, line in form.places.items()
        if label not in known
    )
    entry = _gathered(exchange.record, dict(form.once()), f"record {number}, line {first_line - 1}")
    return Record(exchange, entry, (*form.doubts, *strange))


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
