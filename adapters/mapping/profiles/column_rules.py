"""Checks one field of a profile: its target must exist, and its functions must give what the target can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.mapping.language.forms import MEASURED, Form, Shape, Slot
from adapters.mapping.language.function import Misused
from adapters.mapping.language.moments import of_births
from adapters.mapping.language.paths import Path
from adapters.mapping.language.pipeline import Pipeline
from adapters.mapping.profiles.findings import Findings, near
from adapters.mapping.profiles.profile import ENVELOPE, Column
from adapters.mapping.profiles.source import Place
from adapters.mapping.profiles.written import FieldWritten
from schemas.category import Category

# A default may only say these. A profile must not invent facts about people, their offences or their sentences.
_MAY_BE_ASSUMED = frozenset({Category.CASE, Category.DOCUMENT})
_ENVELOPE_SLOTS: Mapping[str, Slot] = {
    name: Slot(Form.MOMENT if name == "@sent_at" else Form.TEXT, Category.CASE) for name in ENVELOPE
}
_SIDES = frozenset({("wire", "to"), ("wire", "constant"), ("to", "constant"), ("wire", "ignore")})


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the payload that a block fills. `pattern` is "" for the payload, `orders[]` for an order."""

    shape: Shape
    pattern: str
    tables: Mapping[str, Mapping[str, str]]
    writes: bool

    def whole(self, below: str) -> str:
        return f"{self.pattern}.{below}" if self.pattern else below

    def fields(self) -> list[str]:
        start = f"{self.pattern}." if self.pattern else ""
        return [one.removeprefix(start) for one in self.shape.slots if one.startswith(start)]


def column_of(written: FieldWritten, part: Part, place: Place, findings: Findings) -> Column | None:
    """Return the column; None if the field cannot work, and `findings` say why."""
    sides = tuple(side for side in ("wire", "to", "constant", "ignore") if getattr(written, side) is not None)
    if sides not in _SIDES:
        problem = "a field needs wire and to, or one of the two and a constant, or wire and ignore"
        findings.say("field.sides", place, problem, "say what the field is mapped to, or why it is ignored")
        return None
    is_birth = written.to is not None and written.to.rpartition(".")[2] == "date_of_birth"
    try:
        pipeline = Pipeline.parse([of_births(one) for one in written.by] if is_birth else written.by, part.tables)
    except Misused as misused:
        findings.say(misused.code, (*place, "by"), misused.problem, misused.cure)
        return None
    column = Column(
        written.wire,
        None,
        pipeline,
        constant=written.constant,
        default=written.default,
        at=written.at or 0,
        width=written.width or 0,
        cut=written.cut,
        json_type=written.json_type,
    )
    if part.writes and written.to is not None:
        _check_reversible(column, part, findings)
    return column if written.to is None else _aimed(column, written.to, part, place, findings)


def path_of(text: str, place: Place, findings: Findings) -> Path | None:
    path = Path.parse(text)
    if path is None:
        cure = "write it as offender.address.lines[0], or as one of the envelope: " + ", ".join(ENVELOPE)
        findings.say("path.form", place, f"{text!r} is not a path", cure)
    return path


def _aimed(column: Column, to: str, part: Part, place: Place, findings: Findings) -> Column | None:
    """Return the column with its path, if the path can hold such a value."""
    if to in ENVELOPE and not part.pattern:
        _check_form(column, _ENVELOPE_SLOTS[to], to, place, findings)
        return replace(column, envelope=to)
    path = path_of(to, (*place, "to"), findings)
    if path is None:
        return None
    pattern = part.whole(path.pattern)
    slot = part.shape.slots.get(pattern)
    if slot is None or pattern in MEASURED:
        problem = f"{pattern!r} is not a field of the kind that a profile can fill"
        cure = near(to, part.fields(), "the README of the kind lists its fields")
        findings.say("path.unknown", (*place, "to"), problem, cure)
        return None
    _check_form(column, slot, to, place, findings)
    _check_values(column, slot, part, place, findings)
    return replace(column, path=path)


def _check_form(column: Column, slot: Slot, to: str, place: Place, findings: Findings) -> None:
    if column.wire is not None and not slot.accepts(column.pipeline.gives):
        problem = f"{to} holds a {slot.form}, but the functions give a {column.pipeline.gives}"
        findings.say("function.form", place, problem, f"let the functions end with one that gives a {slot.form}")


def _check_values(column: Column, slot: Slot, part: Part, place: Place, findings: Findings) -> None:
    stated = [value for value in (column.constant, column.default) if value is not None]
    if stated and slot.category not in _MAY_BE_ASSUMED:
        problem = f"this would invent a value of the category {slot.category}"
        findings.say("default.invents", place, problem, "leave it out: what the system does not know stays unknown")
    if not slot.choices:
        return
    choices = ", ".join(slot.choices)
    for value in stated:
        if value not in slot.choices:
            findings.say("field.value", place, f"{value!r} is not one of {choices}", "correct the value")
    tables = [function.table for function in column.pipeline.functions if function.table]
    if column.wire is not None and not tables:
        cure = "add table: and the name of a table that gives these values"
        findings.say("function.form", place, f"this field takes only {choices}", cure)
    for table in tables[-1:]:
        for code, value in part.tables[table].items():
            if value not in slot.choices:
                findings.say("table.value", ("tables", table, code), f"{value!r} is not one of {choices}", "correct it")


def _check_reversible(column: Column, part: Part, findings: Findings) -> None:
    for name in (function.table for function in column.pipeline.functions if function.table):
        meanings = list(part.tables[name].values())
        twice = sorted({meaning for meaning in meanings if meanings.count(meaning) > 1})
        if twice:
            problem = f"the table {name} gives {twice[0]!r} for several codes, so it cannot be written back"
            cure = 'keep one code for each meaning, or let the exchange say way = "in"'
            findings.say("table.not_reversible", ("tables", name), problem, cure)
