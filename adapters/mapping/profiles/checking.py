"""Turns a written profile into one that can be used. Everything that it names must exist and match."""

import re
import tomllib
from collections.abc import Iterator

from pydantic import ValidationError

from adapters.mapping.language.forms import Shape, shape_of
from adapters.mapping.language.paths import Path, joined
from adapters.mapping.profiles.by_rule import exchanges_by_rule
from adapters.mapping.profiles.column_rules import Part, column_of, path_of
from adapters.mapping.profiles.findings import Findings, near
from adapters.mapping.profiles.layout_rules import check_layout
from adapters.mapping.profiles.profile import Block, Column, Exchange, Profile
from adapters.mapping.profiles.source import Place, Source
from adapters.mapping.profiles.written import ExchangeWritten, GroupWritten, ProfileWritten
from schemas.catalogue import Catalogue
from schemas.problem import Refused

_FORMATS = frozenset({"csv", "fixed_width", "xml", "json", "labelled"})


def load_profile(source: Source, catalogue: Catalogue) -> Profile:
    """Load one profile. Raises Refused with everything that is wrong, each with file and line."""
    findings = Findings(source)
    written = _written(source, findings)
    profile = _profile(written, source, catalogue, findings) if written is not None else None
    if profile is None or findings.problems:
        raise Refused(*findings.problems)
    return profile


def _written(source: Source, findings: Findings) -> ProfileWritten | None:
    try:
        raw = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line ([0-9]+)", str(error))
        words = re.sub(r" *\(at .*", "", str(error))
        line = int(match[1]) if match else source.text.count("\n") + 1
        findings.say_at_line("profile.toml", line, f"the file is not TOML: {words}", "correct the file")
        return None
    try:
        return ProfileWritten.model_validate(raw)
    except ValidationError as error:
        faults = error.errors()
        inner = {fault["loc"][:length] for fault in faults for length in range(len(fault["loc"]))}
        # a list that has lost its entries is not too short
        for fault in (one for one in faults if one["loc"] not in inner):
            place = tuple(step for step in fault["loc"] if not (fault["loc"][0] == "layout" and step in _FORMATS))
            words = "is not a key of a profile" if fault["type"] == "extra_forbidden" else fault["msg"]
            key = ".".join(str(step) for step in place)
            findings.say(
                "profile.key", place, f"{key}: {words}", "docs/joining/profiles.md lists the keys and their values"
            )
        return None


def _profile(written: ProfileWritten, source: Source, catalogue: Catalogue, findings: Findings) -> Profile | None:
    exchanges: list[Exchange | None] = []
    for number, one in enumerate(written.exchange):
        place: Place = ("exchange", number)
        if any(one.kind == other.kind for other in written.exchange[:number]):
            findings.say("exchange.twice", place, f"{one.kind} has an exchange already", "keep one of them")
        exchanges.append(_exchange(written, one, place, catalogue, findings))
    check_layout(written, findings)
    own = tuple(filter(None, exchanges))
    return Profile(
        written.name,
        written.title,
        written.layout,
        (*own, *exchanges_by_rule(written, own, catalogue.kinds.values(), findings)),
        written.example,
        written.tables,
        source,
        written.others.wire if written.others else None,
    )


def _exchange(
    profile: ProfileWritten, written: ExchangeWritten, place: Place, catalogue: Catalogue, findings: Findings
) -> Exchange | None:
    kind = catalogue.find(written.kind, written.version)
    if kind is None:
        known = ", ".join(f"{name} {version}" for name, version in sorted(catalogue.kinds))
        problem = f"there is no kind {written.kind} version {written.version}"
        findings.say("kind.unknown", (*place, "kind"), problem, f"use one of {known}")
        return None
    reads, writes = written.way != "out", written.way != "in"
    part = Part(shape_of(kind.payload), "", profile.tables, writes)
    record = _block(written, part, Path(()), place, findings)
    _check_twice(record, place, findings)
    if reads:
        _check_needed(record, part.shape, place, findings)
    return Exchange(kind, reads, writes, record.wire_name, lambda: record)


def _block(written: ExchangeWritten | GroupWritten, part: Part, path: Path, place: Place, findings: Findings) -> Block:
    columns = [
        column
        for number, one in enumerate(written.fields)
        if (column := column_of(one, part, (*place, "fields", number), findings)) is not None
    ]
    groups = [_group(one, part, (*place, "group", number), findings) for number, one in enumerate(written.group)]
    repeat = written.repeat if isinstance(written, GroupWritten) else None
    return Block(written.wire, path, part.pattern, repeat, tuple(columns), tuple(filter(None, groups)))


def _group(written: GroupWritten, above: Part, place: Place, findings: Findings) -> Block | None:
    path = path_of(written.to, (*place, "to"), findings)
    if path is None:
        return None
    whole = above.whole(path.pattern)
    if whole not in above.shape.lists:
        start = f"{above.pattern}." if above.pattern else ""
        known = [one.removeprefix(start) for one in above.shape.lists if one.startswith(start)]
        problem = f"{whole!r} is not a list of parts of the kind"
        findings.say("path.unknown", (*place, "to"), problem, near(written.to, known, "use split: for a list of texts"))
        return None
    part = Part(above.shape, f"{whole}[]", above.tables, above.writes)
    return _block(written, part, path, place, findings)


def _check_twice(record: Block, place: Place, findings: Findings) -> None:
    lists = [block.pattern for block in record.blocks() if block.pattern]
    for block, at in _placed(record, place):
        if lists.count(block.pattern) > 1:
            findings.say("path.twice", (*at, "to"), "another group fills the same list", "keep one of them")
        elsewhere = tuple(f"{one}." for one in lists if not f"{block.pattern}.".startswith(f"{one}."))
        paths: set[str] = set()
        wires: set[str] = set()
        for number, column in enumerate(block.columns):
            target = _target(column)
            whole = ".".join(filter(None, (block.pattern, column.path.pattern if column.path else "")))
            if elsewhere and whole.startswith(elsewhere):
                problem = f"{target} is part of a list that a group fills"
                findings.say("path.twice", (*at, "fields", number), problem, "remove it, because the group fills it")
            if column.wire is not None and column.wire in wires:
                cure = "map each wire field once"
                findings.say("wire.twice", (*at, "fields", number), f"{column.wire} is mapped already", cure)
            if target and target in paths:
                findings.say("path.twice", (*at, "fields", number), f"{target} is filled already", "fill it once")
            paths.add(target)
            wires.add(column.wire or "")
        if any(other.startswith((f"{one}.", f"{one}[")) for one in paths if one for other in paths):
            problem = "a path is filled as a whole, and part of it is filled as well"
            findings.say("path.twice", at, problem, "fill either the whole or its parts")


def _check_needed(record: Block, shape: Shape, place: Place, findings: Findings) -> None:
    """Every part that the profile fills must have what the kind requires of it."""
    filled = {block.pattern for block in record.blocks() if block.pattern}
    for block in record.blocks():
        start = f"{block.pattern}." if block.pattern else ""
        filled |= {start + column.path.pattern for column in block.columns if column.path is not None}

    for part, path in shape.missing(filled):
        problem = f"{path} is required if {part or 'a payload'} is filled, but nothing fills it"
        findings.say("path.required", place, problem, "map a wire field to it, or give it a constant")


def _placed(block: Block, place: Place) -> Iterator[tuple[Block, Place]]:
    yield block, place
    for number, group in enumerate(block.groups):
        yield from _placed(group, (*place, "group", number))


def _target(column: Column) -> str:
    if column.envelope is not None:
        return column.envelope
    return joined(column.path.steps) if column.path is not None else ""
