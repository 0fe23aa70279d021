"""Checks what each format requires of the exchanges and fields of a profile."""

import re
from collections.abc import Iterator
from itertools import pairwise

from adapters.mapping.profiles.findings import Findings
from adapters.mapping.profiles.source import Place
from adapters.mapping.profiles.written import (
    CsvLayout,
    ExchangeWritten,
    FieldWritten,
    FixedWidthLayout,
    GroupWritten,
    JsonLayout,
    LabelledLayout,
    LineLayout,
    ProfileWritten,
    XmlLayout,
)

Blocks = Iterator[tuple[ExchangeWritten | GroupWritten, Place]]

_ELEMENT = r"[A-Za-z_][\w.-]*"
_WIRE_FORMS = {
    "xml": re.compile(rf"(?:{_ELEMENT})(?:/{_ELEMENT})*(?:/@{_ELEMENT})?|@{_ELEMENT}", re.ASCII),
    "json": re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+)*"),
    "labelled": re.compile(r"[^:|\s](?:[^:]*[^:\s])?"),
}


def check_layout(profile: ProfileWritten, findings: Findings) -> None:
    layout = profile.layout
    in_one_row = isinstance(layout, LabelledLayout) or (isinstance(layout, CsvLayout) and layout.header)
    for number, exchange in enumerate(profile.exchange):
        place: Place = ("exchange", number)
        if in_one_row:
            _check_numbered(exchange, place, findings, has_title=isinstance(layout, LabelledLayout))
        else:
            _check_named(exchange, place, findings)
        for block, at in _blocks(exchange, place):
            _check_fields(block, at, profile, findings)
    if not (isinstance(layout, CsvLayout) and layout.header):
        _check_apart(profile, findings)
    if isinstance(layout, CsvLayout):
        _check_csv(profile, layout, findings)
    if isinstance(layout, FixedWidthLayout):
        _check_types(profile, layout, findings)


def _blocks(block: ExchangeWritten | GroupWritten, place: Place) -> Blocks:
    yield block, place
    for number, group in enumerate(block.group):
        yield from _blocks(group, (*place, "group", number))


def _check_numbered(exchange: ExchangeWritten, place: Place, findings: Findings, *, has_title: bool) -> None:
    """Check a record in one row or form. Repeated groups are in numbered columns, with `#` in place of the number."""
    if has_title and exchange.wire is None:
        findings.say("wire.missing", place, "in this format a form begins with its title", "give it the key wire")
    taken = {field.wire for field in exchange.fields}
    for number, group in enumerate(exchange.group):
        at = (*place, "group", number)
        if group.repeat is None or group.wire is not None or group.group:
            problem = "in this format a repeated group is in numbered columns and cannot contain another group"
            findings.say(
                "group.repeat", at, problem, "give the group the key repeat, without wire and without groups of its own"
            )
            continue
        for index, field in enumerate(group.fields):
            if field.wire is not None and "#" not in field.wire:
                problem, cure = f"{field.wire} has no # in place of its number", "write it as ORDER#_TYPE"
                findings.say("group.number", (*at, "fields", index), problem, cure)
        wires = [field.wire for field in group.fields if field.wire is not None]
        names = {wire.replace("#", str(one)) for wire in wires for one in range(1, group.repeat + 1)}
        if twice := sorted(names & taken):
            findings.say("wire.twice", at, f"{twice[0]} is mapped already", "map each wire field once")
        taken |= names


def _check_named(exchange: ExchangeWritten, place: Place, findings: Findings) -> None:
    for block, at in _blocks(exchange, place):
        if block.wire is None or (isinstance(block, GroupWritten) and block.repeat is not None):
            problem = "in this format every exchange and group needs the name of its rows, elements or keys"
            findings.say("wire.missing", at, problem, "give it the key wire, and remove repeat")


def _check_fields(
    block: ExchangeWritten | GroupWritten, place: Place, profile: ProfileWritten, findings: Findings
) -> None:
    layout = profile.layout
    form = _WIRE_FORMS.get(layout.format)
    for number, field in enumerate(block.fields):
        at = (*place, "fields", number)
        _check_keys(field, at, profile, findings)
        if form is not None and field.wire is not None and not form.fullmatch(field.wire):
            findings.say(
                "wire.form",
                at,
                f"{field.wire!r} cannot be a name in {layout.format}",
                "docs/joining/profiles.md shows the form",
            )
    if isinstance(layout, FixedWidthLayout):
        _check_columns(block, place, layout, findings)


def _check_keys(field: FieldWritten, at: Place, profile: ProfileWritten, findings: Findings) -> None:
    layout = profile.layout
    has_columns = field.at is not None or field.width is not None or field.cut
    if has_columns and not isinstance(layout, FixedWidthLayout):
        findings.say("field.columns", at, "at, width and cut are only for fixed_width", "leave them out")
    if field.json_type is not None and not isinstance(layout, JsonLayout):
        findings.say("field.json", at, "json is only for the format json", "leave it out")


def _check_columns(
    block: ExchangeWritten | GroupWritten, place: Place, layout: FixedWidthLayout, findings: Findings
) -> None:
    spans: list[tuple[int, int, int]] = []
    for number, field in enumerate(block.fields):
        if field.wire is None:
            continue
        if field.at is None or field.width is None:
            findings.say("columns.missing", (*place, "fields", number), "a column needs at and width", "give both")
        elif field.at <= layout.type_width:
            problem = f"the column begins within the first {layout.type_width} characters, the type of the row"
            findings.say("columns.overlap", (*place, "fields", number), problem, "begin it after them")
        else:
            spans.append((field.at, field.at + field.width, number))
    for (_, end, _one), (start, _end, number) in pairwise(sorted(spans)):
        if start < end:
            problem = f"the column begins at {start}, before the column on its left ends at {end - 1}"
            findings.say("columns.overlap", (*place, "fields", number), problem, "move it, or make the other narrower")


def _check_apart(profile: ProfileWritten, findings: Findings) -> None:
    """The name of a row, element or key must be enough to know what it is."""
    layout = profile.layout
    trailer = layout.trailer if isinstance(layout, LineLayout) else None
    taken: dict[str, Place] = {trailer: ()} if trailer else {}
    for number, exchange in enumerate(profile.exchange):
        place: Place = ("exchange", number)
        if exchange.wire in taken:
            findings.say(
                "wire.twice", (*place, "wire"), f"{exchange.wire} is used twice", "give each exchange its own name"
            )
        taken[exchange.wire or ""] = place
    if isinstance(layout, XmlLayout | JsonLayout):
        return
    for number, exchange in enumerate(profile.exchange):
        below: set[str | None] = set()
        for block, at in _blocks(exchange, ("exchange", number)):
            if isinstance(block, GroupWritten) and (block.wire in taken or block.wire in below):
                findings.say(
                    "wire.twice", (*at, "wire"), f"{block.wire} is used twice", "give each row type its own name"
                )
            below.add(block.wire if isinstance(block, GroupWritten) and block.wire else "\0")


def _check_csv(profile: ProfileWritten, layout: CsvLayout, findings: Findings) -> None:
    if layout.header and layout.first_line is not None:
        findings.say("layout.first_line", ("layout", "first_line"), "the header is the first line", "leave it out")
    if not layout.header and layout.first_line is None:
        findings.say(
            "layout.first_line", ("layout",), "without a header the file needs a first line", "state first_line"
        )
    if layout.header:
        for number, exchange in enumerate(profile.exchange):
            if exchange.wire is not None:
                problem = "in a file with a header the columns show which exchange it is"
                findings.say("wire.unused", ("exchange", number, "wire"), problem, "leave wire out")


def _check_types(profile: ProfileWritten, layout: FixedWidthLayout, findings: Findings) -> None:
    for number, exchange in enumerate(profile.exchange):
        for block, at in _blocks(exchange, ("exchange", number)):
            if block.wire is not None and len(block.wire) > layout.type_width:
                problem = f"{block.wire} is longer than the {layout.type_width} characters of a row type"
                findings.say("wire.form", (*at, "wire"), problem, "shorten it, or widen type_width")
