"""Lays out the kinds for which a profile has no exchange of its own: each field under its path in the payload.

A kind may get a field, so nothing here depends on the position of a field. Lists are groups, in whatever way the format
holds groups. Lines hold a value each (`formats/value_rows.py`).
"""

from collections.abc import Iterable, Mapping
from functools import cache

from adapters.mapping.language.forms import MEASURED, Form, Shape, shape_of
from adapters.mapping.language.function import Misused
from adapters.mapping.language.paths import Path
from adapters.mapping.language.pipeline import Pipeline
from adapters.mapping.profiles.findings import Findings
from adapters.mapping.profiles.profile import ENVELOPE, Block, Column, Exchange
from adapters.mapping.profiles.written import JsonLayout, OthersWritten, ProfileWritten, XmlLayout
from schemas.kind import MessageKind

_FULL_DAY = "DD"


def exchanges_by_rule(
    profile: ProfileWritten, written: Iterable[Exchange], kinds: Iterable[MessageKind], findings: Findings
) -> tuple[Exchange, ...]:
    """Return an exchange for each kind that no written one holds; nothing if the profile does not ask for it."""
    if profile.others is None:
        return ()
    rule = _rule_of(profile, profile.others, findings)
    if rule is None:
        return ()
    held = {(exchange.kind.name, exchange.kind.version) for exchange in written}
    return tuple(_exchange(kind, rule) for kind in kinds if (kind.name, kind.version) not in held)


class _Rule:
    """How the profile writes values of each form, and how it joins the steps of a path."""

    def __init__(self, wire: str, joint: str, functions: Mapping[Form, tuple[str, ...]], *, typed: bool) -> None:
        in_attributes = joint == "/"
        self.wire = wire
        self.joint = joint
        self.typed = typed
        self.pipelines = {form: Pipeline.parse(by, {}) for form, by in functions.items()}
        iso = Pipeline.parse(("moment: iso",), {})
        self.envelope = tuple(
            Column(
                name if in_attributes else name.replace("@", "envelope."),
                None,
                iso if name == "@sent_at" else self.pipelines[Form.TEXT],
                envelope=name,
            )
            for name in ENVELOPE
        )


def _rule_of(profile: ProfileWritten, others: OthersWritten, findings: Findings) -> _Rule | None:
    layout = profile.layout
    is_json = isinstance(layout, JsonLayout)
    whole = [one for one in map(str.strip, others.day.split("|")) if _FULL_DAY in one]
    functions: dict[Form, tuple[str, ...]] = {
        Form.TEXT: (),
        Form.TEXTS: ("lines",),
        Form.DAY: (f"date: {whole[0] if whole else others.day}",),
        Form.PARTIAL_DAY: (f"date: {others.day}",),
        Form.MOMENT: (f"moment: {others.moment}",),
        Form.TIME: ("time: HH:MI:SS",),
        Form.NUMBER: ("number",),
        Form.DECIMAL: ("decimal",),
        Form.TRUTH: ("truth: true/false" if is_json else "truth: Y/N",),
        Form.CONTENT: ("base64",),
    }
    try:
        rule = _Rule(others.wire, "/" if isinstance(layout, XmlLayout) else ".", functions, typed=is_json)
    except Misused as misused:
        findings.say(misused.code, ("others",), misused.problem, misused.cure)
        return None
    if rule.pipelines[Form.DAY].gives is not Form.DAY or rule.pipelines[Form.PARTIAL_DAY].gives is not Form.PARTIAL_DAY:
        problem = "day needs a pattern of whole days, and one of a month or a year"
        findings.say("function.form", ("others", "day"), problem, "write it as DD/MM/YYYY | MM/YYYY | YYYY")
        return None
    return rule


def _exchange(kind: MessageKind, rule: _Rule) -> Exchange:
    version = f"_{kind.version}" if kind.version > 1 else ""
    wire = f"{rule.wire}{rule.joint}{kind.name}{version}"

    def lay_out() -> Block:
        shape = shape_of(kind.payload)
        columns = (*rule.envelope, *_columns(shape, "", rule))
        return Block(wire, Path(()), "", None, columns, _groups(shape, "", rule), _empty(shape, ""))

    only_taken = kind.reminds or kind.notifies or kind.answers_index or kind.tells_of_mailboxes
    return Exchange(kind, not only_taken, True, wire, lay_out, by_rule=True)


def _columns(shape: Shape, pattern: str, rule: _Rule) -> tuple[Column, ...]:
    """The fields of a part that are in no list below it. A list of texts is one field."""
    found: list[Column] = []
    for name in _below(tuple(shape.slots), pattern):
        slot = shape.slots[f"{pattern}.{name}" if pattern else name]
        path = Path.parse(name)
        if path is None or slot.form not in rule.pipelines or (f"{pattern}.{name}" in MEASURED):
            continue
        form = Form.PARTIAL_DAY if slot.born else slot.form
        json_type = {Form.NUMBER: "number", Form.DECIMAL: "number", Form.TRUTH: "truth"}.get(slot.form)
        wire = name.replace(".", rule.joint)
        found.append(Column(wire, path, rule.pipelines[form], json_type=json_type if rule.typed else None))
    return tuple(found)


def _groups(shape: Shape, pattern: str, rule: _Rule) -> tuple[Block, ...]:
    return tuple(
        Block(
            name.replace(".", rule.joint),
            path,
            f"{whole}[]",
            None,
            _columns(shape, f"{whole}[]", rule),
            _groups(shape, f"{whole}[]", rule),
            _empty(shape, f"{whole}[]"),
        )
        for name in _below(tuple(sorted(shape.lists)), pattern)
        if (path := Path.parse(name)) is not None
        for whole in (f"{pattern}.{name}" if pattern else name,)
    )


def _empty(shape: Shape, pattern: str) -> tuple[Path, ...]:
    lists = (name.removesuffix("[]") for name in shape.needed.get(pattern, ()) if name.endswith("[]"))
    return tuple(path for name in lists if (path := Path.parse(name)) is not None)


@cache
def _below(patterns: tuple[str, ...], pattern: str) -> tuple[str, ...]:
    """Return those of the patterns that are in this part and in no list below it, relative to it."""
    start = f"{pattern}." if pattern else ""
    names = (one.removeprefix(start) for one in patterns if one.startswith(start))
    return tuple(name for name in names if "[]" not in name)
