"""Minimising and explaining, for every kind that the catalogue discovers."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.sharing.decision.decide import Permit
from hub.sharing.decision.explain import explain
from hub.sharing.decision.minimise import minimise, released_attachments
from hub.sharing.terms.grants import Action
from hub.sharing.terms.masks import mask_of
from hub.sharing.terms.pseudonyms import can_be_pseudonym
from hub.sharing.terms.selecting import Selector
from schemas.category import Category
from schemas.kind import MessageKind
from schemas.parts.document import Attachment
from schemas.shape import Leaf, leaves_of, values_at
from tests.effort import tries
from tests.unit.sharing.sharing_world import KEY, KINDS, ask, clause, kind_of, permit

PSEUDONYM = re.compile(r"P-[A-Z2-7]{26}")
quick = settings(max_examples=tries(40, 600), deadline=None, suppress_health_check=[HealthCheck.too_slow])

# What hypothesis draws: selectors from the kind's own shape, and payloads of the kind with any part missing.


def selectors_of(kind: MessageKind) -> st.SearchStrategy[Selector]:
    paths: set[str] = set()
    for leaf in leaves_of(kind.payload):
        steps = leaf.path.split(".")
        paths |= {".".join(steps[:length]).removesuffix("[]") for length in range(1, len(steps) + 1)} | {leaf.path}
    by_path = st.sampled_from(sorted(paths)).map(lambda path: Selector(path, None))
    return by_path | st.sampled_from(list(Category)).map(lambda category: Selector(None, category))


def payloads_of(kind: MessageKind, *, strangers: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    shape: dict[str, Any] = {}
    for leaf in leaves_of(kind.payload):
        node = shape
        *inner, last = leaf.path.replace("[]", ".[]").split(".")
        for step in inner:
            node = node.setdefault(step, {})
        node[last] = None
    return _values(shape, strangers)


_scalars = st.integers(0, 9) | st.booleans() | st.text("abc", max_size=3)


def _values(shape: Mapping[str, Any] | None, strangers: bool) -> st.SearchStrategy[Any]:
    if shape is None:
        return _scalars
    if "[]" in shape:
        return st.lists(_values(shape["[]"], strangers), max_size=3)
    known = {name: _values(part, strangers) for name, part in shape.items()}
    objects = st.fixed_dictionaries({}, optional=known)
    if not strangers:
        return objects
    extra = st.dictionaries(
        st.text("xyz", min_size=1, max_size=2), _scalars | st.lists(_scalars, max_size=2), max_size=1
    )
    return st.builds(lambda whole, more: {**more, **whole}, objects, extra)


@st.composite
def situations(
    draw: st.DrawFn, *, strangers: bool = False, changes: bool = True
) -> tuple[MessageKind, Permit, dict[str, Any]]:
    kind = draw(st.sampled_from(KINDS))
    some = st.lists(selectors_of(kind), min_size=1, max_size=4).map(tuple)
    none: st.SearchStrategy[tuple[Selector, ...]] = st.just(())
    changed = none | some if changes else none
    blocks = draw(st.lists(st.tuples(some, none | some, changed, changed), min_size=1, max_size=3))
    clauses = [
        dataclasses.replace(clause("x", id=f"c{n}"), fields=f, excepted=e, masked=m, pseudonymised=p)
        for n, (f, e, m, p) in enumerate(blocks)
    ]
    return kind, permit(kind, *clauses), draw(payloads_of(kind, strangers=strangers))


def leaf_values(document: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return (path with its positions, value) of every value, known to the kind or not. Made independently of the
    code."""
    if isinstance(document, dict):
        return [
            pair for name, part in document.items() for pair in leaf_values(part, f"{path}.{name}" if path else name)
        ]
    if isinstance(document, list):
        return [pair for n, part in enumerate(document) for pair in leaf_values(part, f"{path}[{n}]")]
    return [(path, document)]


def shape_path(path: str) -> str:
    return "".join("[" if part == "[" else part for part in _without_digits_in_brackets(path))


def _without_digits_in_brackets(path: str) -> str:
    out, inside = "", False
    for character in path:
        inside = character == "[" or (inside and character != "]")
        out += character if not inside or character == "[" else ""
    return out


def fate(permitted: Permit, leaf: Leaf) -> Action:
    """The rule, expressed in a second way by text only."""
    path, category = leaf.path, leaf.category

    def hit(selectors: tuple[Selector, ...]) -> bool:
        texts = [str(selector) for selector in selectors]
        return f"category:{category}" in texts or any(
            path == text or path[: len(text) + 1] == text + "." or path[: len(text) + 2] == text + "[]"
            for text in texts
        )

    if any(hit(c.excepted) for c in permitted.clauses):
        return Action.WITHHELD
    if any(hit(c.masked) for c in permitted.clauses):
        return Action.MASKED if mask_of(leaf) else Action.WITHHELD
    if any(hit(c.pseudonymised) for c in permitted.clauses):
        return Action.PSEUDONYMISED if can_be_pseudonym(leaf) else Action.WITHHELD
    return Action.PASSED if any(hit(c.fields) for c in permitted.clauses) else Action.WITHHELD


@quick
@given(situations(strangers=True))
def test_nothing_leaves_that_is_not_listed(situation: tuple[MessageKind, Permit, dict[str, Any]]) -> None:
    kind, permitted, payload = situation
    fates = {leaf.path: fate(permitted, leaf) for leaf in leaves_of(kind.payload)}
    stands_in = {Action.MASKED: "[withheld]", Action.PSEUDONYMISED: "P-"}
    expected = [
        (path, stands_in.get(becomes, value))
        for path, value in leaf_values(payload)
        if (becomes := fates.get(shape_path(path), Action.WITHHELD)) is not Action.WITHHELD
    ]
    left = [
        (path, "P-" if fates[shape_path(path)] is Action.PSEUDONYMISED and PSEUDONYM.fullmatch(value) else value)
        for path, value in leaf_values(minimise(payload, permitted, kind, KEY).payload)
    ]
    assert left == expected  # everything that is listed, at its own position, and no more


@quick
@given(situations(strangers=True))
def test_what_passed_and_what_was_withheld_are_all_there_was(
    situation: tuple[MessageKind, Permit, dict[str, Any]],
) -> None:
    kind, permitted, payload = situation
    minimised = minimise(payload, permitted, kind, KEY)
    left, counts = len(leaf_values(minimised.payload)), dict.fromkeys(Action, 0)
    for item in minimised.withheld:
        counts[item.action] += item.count
    assert left + counts[Action.WITHHELD] == len(leaf_values(payload))
    assert counts[Action.PASSED] == 0
    fates = {leaf.path: fate(permitted, leaf) for leaf in leaves_of(kind.payload)}
    known = [fates[place] for path, _ in leaf_values(payload) if (place := shape_path(path)) in fates]
    for action in (Action.MASKED, Action.PSEUDONYMISED):
        assert counts[action] == known.count(action)
    assert len({item.path for item in minimised.withheld}) == len(minimised.withheld)


@quick
@given(situations(strangers=True, changes=False))
def test_minimising_twice_is_minimising_once(situation: tuple[MessageKind, Permit, dict[str, Any]]) -> None:
    kind, permitted, payload = situation
    once = minimise(payload, permitted, kind).payload
    again = minimise(once, permitted, kind)
    assert (again.payload, again.withheld) == (once, ())


@quick
@given(situations())
def test_an_explanation_agrees_with_what_happens(situation: tuple[MessageKind, Permit, dict[str, Any]]) -> None:
    kind, permitted, payload = situation
    lines = explain(kind, payload, permitted)
    minimised = minimise(payload, permitted, kind, KEY)
    assert sum(line.count for line in lines) == len(leaf_values(payload))
    leaving = sum(line.count for line in lines if line.action is not Action.WITHHELD)
    assert leaving == len(leaf_values(minimised.payload))
    assert all(line.passed is (line.action is Action.PASSED) for line in lines)
    told = [(line.path, line.category, line.count, line.clause, line.action) for line in lines if not line.passed]
    assert told == [(item.path, item.category, item.count, item.reason, item.action) for item in minimised.withheld]


def test_a_permit_for_one_kind_minimises_no_other() -> None:
    with pytest.raises(ValueError, match="says nothing of"):
        minimise({}, permit(kind_of("court_list"), clause("court")), kind_of("hearing_result"))


RESULT = {
    "urn": "10AA0000126",
    "defendant": {
        "name": {"surname": "Sample", "forenames": ["Ann", "B"]},
        "telephones": ["01632 960000"],
        "aliases": [],
    },
    "offences": [{"wording": "one"}, {"code": "ZZ00001", "wording": "two"}],
}


def test_a_list_keeps_its_positions_and_what_was_emptied_goes() -> None:
    kind = kind_of("hearing_result")
    minimised = minimise(RESULT, permit(kind, clause("offences[].code", "defendant.telephones")), kind)
    assert minimised.payload == {
        "defendant": {"telephones": ["01632 960000"]},
        "offences": [{}, {"code": "ZZ00001"}],
    }
    nothing = minimise({"offences": [{"wording": "one"}]}, permit(kind, clause("offences[].code")), kind)
    assert nothing.payload == {}


def test_what_was_withheld_is_reported_with_its_clause_and_without_its_value() -> None:
    kind = kind_of("hearing_result")
    permitted = permit(kind, clause("offences", "urn", excepted=("category:narrative",)))
    told = {item.path: (item.category, item.count, item.reason) for item in minimise(RESULT, permitted, kind).withheld}
    assert told == {
        "defendant.name.surname": (Category.IDENTITY, 1, "not listed in protocol p"),
        "defendant.name.forenames[]": (Category.IDENTITY, 2, "not listed in protocol p"),
        "defendant.telephones[]": (Category.CONTACT, 1, "not listed in protocol p"),
        "offences[].wording": (Category.NARRATIVE, 2, "clause 'c' excepts category:narrative"),
    }


def test_what_one_clause_excepts_no_other_grants() -> None:
    kind = kind_of("hearing_result")
    permitted = permit(kind, clause("offences", excepted=("offences[].wording",), id="a"), clause("offences", id="b"))
    assert "wording" not in str(minimise(RESULT, permitted, kind).payload)


def test_a_value_of_the_wrong_form_stays() -> None:
    kind = kind_of("hearing_result")
    permitted = permit(kind, clause("urn", "defendant", "offences"))
    odd = {
        "urn": {"hidden": "a", "more": ["b"]},
        "defendant": "Sample",
        "offences": ["c", {"code": "ZZ00001"}],
        "secret": 1,
    }
    minimised = minimise(odd, permitted, kind)
    assert minimised.payload == {"offences": [{}, {"code": "ZZ00001"}]}
    assert {(item.path, item.count, item.category) for item in minimised.withheld} == {
        ("urn.?", 2, None),
        ("defendant.?", 1, None),
        ("offences[].?", 1, None),
        ("?", 1, None),
    }


@pytest.mark.parametrize("odd", [{}, [], {"a": {}}, [[]]])
def test_what_is_empty_and_of_the_wrong_form_stays_too(odd: object) -> None:
    kind = kind_of("hearing_result")
    permitted = permit(kind, clause("urn", "defendant"))
    minimised = minimise({"urn": odd, "defendant": {"name": {"surname": odd}}}, permitted, kind)
    assert (minimised.payload, minimised.withheld) == ({}, ())


def test_what_was_minimised_cannot_be_changed_afterwards() -> None:
    kind = kind_of("hearing_result")
    minimised = minimise(RESULT, permit(kind, clause("defendant")), kind)
    with pytest.raises(TypeError):
        minimised.payload["urn"] = "01AB1234525"
    with pytest.raises(TypeError):
        minimised.payload["defendant"]["name"]["forenames"].append("C")


def test_a_denial_explains_that_every_field_stays() -> None:
    kind = kind_of("hearing_result")
    decision = ask(kind=kind)
    lines = explain(kind, RESULT, decision)
    assert {line.path for line in lines} == {
        leaf.path for leaf in leaves_of(kind.payload) if any(values_at(RESULT, leaf.path))
    }
    assert not any(line.passed for line in lines)
    assert all("no protocol covers" in line.clause for line in lines)


def test_a_document_leaves_only_with_its_description() -> None:
    kind = kind_of("pre_sentence_report")
    document = {"name": "psr.pdf", "media_type": "application/pdf", "sha256": "a" * 64, "size_bytes": 1}
    attachments = (
        Attachment("psr.pdf", "application/pdf", "a" * 64, b"x"),
        Attachment("stray.pdf", "application/pdf", "b" * 64, b"y"),
    )
    with_document = minimise({"documents": [document]}, permit(kind, clause("category:document")), kind)
    without = minimise({"documents": [document]}, permit(kind, clause("category:case")), kind)
    assert released_attachments(with_document, kind, attachments) == attachments[:1]
    assert released_attachments(without, kind, attachments) == ()


def test_a_document_does_not_leave_because_its_digest_stands_in_another_field() -> None:
    kind = kind_of("pre_sentence_report")
    document = {"name": "b" * 64, "media_type": "b" * 64, "sha256": "a" * 64, "size_bytes": 1}
    stray = Attachment("stray.pdf", "application/pdf", "b" * 64, b"y")
    minimised = minimise({"documents": [document]}, permit(kind, clause("category:document")), kind)
    assert released_attachments(minimised, kind, (stray,)) == ()


def test_a_path_picks_itself_and_what_is_below_it_and_no_longer_name() -> None:
    kind = kind_of("hearing_result")
    payload = {"court": {"ou_code": "B10AA"}, "court_case_reference": "10/0001/1A", "defendant": {"telephones": ["1"]}}
    assert minimise(payload, permit(kind, clause("court")), kind).payload == {"court": {"ou_code": "B10AA"}}
    for selector in ("defendant.telephones", "defendant.telephones[]"):
        kept = minimise(payload, permit(kind, clause(selector)), kind).payload
        assert kept == {"defendant": {"telephones": ["1"]}}


def test_what_came_empty_leaves_only_where_something_might() -> None:
    kind = kind_of("hearing_result")
    payload: dict[str, Any] = {"defendant": {"address": {}, "aliases": []}}
    assert minimise(payload, permit(kind, clause("defendant")), kind).payload == payload
    assert minimise(payload, permit(kind, clause("defendant.address")), kind).payload == {"defendant": {"address": {}}}
    assert minimise(payload, permit(kind, clause("urn")), kind).payload == {}
