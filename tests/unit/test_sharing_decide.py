"""The decision and the minimising, over every kind that the catalogue discovers."""

import dataclasses
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.sharing.agencies import Agencies, Agency, Role
from hub.sharing.decide import Denial, Permit, decide
from hub.sharing.explain import explain
from hub.sharing.minimise import MinimisedPayload, minimise, released_attachments
from hub.sharing.protocols import Clause, Party, Selector, SharingProtocol, SharingRegistry, read_party, read_selector
from schemas.catalogue import Catalogue
from schemas.category import Category
from schemas.document import Attachment
from schemas.kind import MessageKind
from schemas.shape import leaves_of, values_at

CATALOGUE = Catalogue.discover()
KINDS = sorted(CATALOGUE.kinds.values(), key=lambda kind: (kind.name, kind.version))
TODAY = date(2026, 6, 1)
COURT, AREA = Agency("court-north", "North Court", Role.COURT), Agency("probation-north", "North", Role.PROBATION)
SOUTH, PRISON = Agency("probation-south", "South", Role.PROBATION), Agency("prison-north", "Prison", Role.PRISON)
AGENCIES = Agencies.of([COURT, AREA, SOUTH, PRISON])

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def clause(
    *fields: str,
    excepted: tuple[str, ...] = (),
    sender: str = "role:court",
    recipient: str = "role:probation",
    id: str = "c",
) -> Clause:
    return Clause(
        id,
        (read_party(sender),),
        (read_party(recipient),),
        tuple(kind.name for kind in KINDS),
        tuple(map(read_selector, fields)),
        tuple(map(read_selector, excepted)),
    )


def protocol(
    *clauses: Clause, id: str = "p", version: int = 1, starts: date = TODAY, expires: date = TODAY
) -> SharingProtocol:
    return SharingProtocol(id, version, "Title", "Purpose", ("Act",), starts, expires, starts, ("Office",), 30, clauses)


def registry(*protocols: SharingProtocol) -> SharingRegistry:
    return SharingRegistry(AGENCIES, protocols, "0" * 64)


def ask(
    *protocols: SharingProtocol, kind: MessageKind = KINDS[0], on: date = TODAY, to: str = AREA.id
) -> Permit | Denial:
    return decide(registry(*protocols), sender=COURT.id, recipient=to, kind=kind, on=on)


def permit(kind: MessageKind, *clauses: Clause) -> Permit:
    decision = ask(protocol(*clauses), kind=kind)
    assert isinstance(decision, Permit)
    return decision


def kind_of(name: str) -> MessageKind:
    return CATALOGUE.latest(name)


def code(decision: Permit | Denial) -> str | None:
    return decision.code if isinstance(decision, Denial) else None


# What hypothesis draws: selectors from the kind's own shape, payloads in the kind's shape with any part missing.


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
def situations(draw: st.DrawFn, *, strangers: bool = False) -> tuple[MessageKind, Permit, dict[str, Any]]:
    kind = draw(st.sampled_from(KINDS))
    some = st.lists(selectors_of(kind), min_size=1, max_size=4).map(tuple)
    blocks = draw(st.lists(st.tuples(some, some | st.just(())), min_size=1, max_size=3))
    clauses = [dataclasses.replace(clause("x", id=f"c{n}"), fields=f, excepted=e) for n, (f, e) in enumerate(blocks)]
    return kind, permit(kind, *clauses), draw(payloads_of(kind, strangers=strangers))


def leaf_values(document: Any, path: str = "") -> list[tuple[str, Any]]:
    """(path with its positions, value) of every value there is, known to the kind or not. Made apart from the code."""
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


def listed(permitted: Permit, path: str, category: Category) -> bool:
    """The rule said a second way, by text alone."""

    def hit(selectors: tuple[Selector, ...]) -> bool:
        texts = [str(selector) for selector in selectors]
        return f"category:{category}" in texts or any(
            path == text or path[: len(text) + 1] == text + "." or path[: len(text) + 2] == text + "[]"
            for text in texts
        )

    return any(hit(c.fields) for c in permitted.clauses) and not any(hit(c.excepted) for c in permitted.clauses)


@quick
@given(situations(strangers=True))
def test_nothing_leaves_that_is_not_listed(situation: tuple[MessageKind, Permit, dict[str, Any]]) -> None:
    kind, permitted, payload = situation
    categories = {leaf.path: leaf.category for leaf in leaves_of(kind.payload)}
    came = leaf_values(payload)
    expected = [
        (path, value)
        for path, value in came
        if (place := shape_path(path)) in categories and listed(permitted, place, categories[place])
    ]
    minimised = minimise(payload, permitted, kind)
    assert leaf_values(minimised.payload) == expected  # all that is listed, at its own position, and no more


@quick
@given(situations(strangers=True))
def test_what_passed_and_what_was_withheld_are_all_there_was(
    situation: tuple[MessageKind, Permit, dict[str, Any]],
) -> None:
    kind, permitted, payload = situation
    minimised = minimise(payload, permitted, kind)
    passed = len(leaf_values(minimised.payload))
    assert passed + sum(item.count for item in minimised.withheld) == len(leaf_values(payload))
    assert len({item.path for item in minimised.withheld}) == len(minimised.withheld)


@quick
@given(situations(strangers=True))
def test_minimising_twice_is_minimising_once(situation: tuple[MessageKind, Permit, dict[str, Any]]) -> None:
    kind, permitted, payload = situation
    once = minimise(payload, permitted, kind).payload
    assert minimise(once, permitted, kind) == MinimisedPayload(once, ())


@quick
@given(situations())
def test_an_explanation_agrees_with_what_happens(situation: tuple[MessageKind, Permit, dict[str, Any]]) -> None:
    kind, permitted, payload = situation
    lines = explain(kind, payload, permitted)
    minimised = minimise(payload, permitted, kind)
    assert sum(line.count for line in lines) == len(leaf_values(payload))
    assert sum(line.count for line in lines if line.passed) == len(leaf_values(minimised.payload))
    withheld = [(line.path, line.category, line.count, line.clause) for line in lines if not line.passed]
    assert withheld == [(item.path, item.category, item.count, item.reason) for item in minimised.withheld]


@quick
@given(
    st.permutations(
        [
            protocol(clause("urn"), id="live"),
            protocol(clause("urn"), id="old", starts=TODAY - timedelta(9), expires=TODAY - timedelta(2)),
            protocol(clause("urn"), id="older", starts=TODAY - timedelta(9), expires=TODAY - timedelta(3)),
            protocol(clause("urn"), id="next", starts=TODAY + timedelta(3), expires=TODAY + timedelta(4)),
            protocol(clause("urn", recipient="role:prison"), id="elsewhere"),
        ]
    ),
    st.integers(-12, 6),
)
def test_the_order_of_protocols_does_not_matter(shuffled: list[SharingProtocol], days: int) -> None:
    on = TODAY + timedelta(days)
    assert ask(*shuffled, on=on) == ask(*sorted(shuffled, key=lambda item: item.id), on=on)


@given(st.dates(), st.dates(), st.dates())
def test_a_protocol_permits_on_its_own_days_and_on_no_other(starts: date, expires: date, on: date) -> None:
    decision = ask(protocol(clause("urn"), starts=starts, expires=expires), on=on)
    assert isinstance(decision, Permit) is (starts <= on <= expires)
    if isinstance(decision, Denial):
        assert decision.code in {"protocol.expired", "protocol.not_begun"}
        assert (decision.protocol_id, decision.protocol_version) == ("p", 1)


def test_a_permit_says_on_what_it_rests() -> None:
    decision = ask(protocol(clause("urn"), version=3), kind=kind_of("hearing_result"))
    assert isinstance(decision, Permit)
    assert (decision.protocol_id, decision.protocol_version, decision.on) == ("p", 3, TODAY)
    assert (decision.sender, decision.recipient, decision.kind) == (COURT.id, AREA.id, "hearing_result")
    assert (decision.legal_basis, decision.purpose, decision.retention_days) == (("Act",), "Purpose", 30)


@pytest.mark.parametrize(
    ("sender", "recipient", "expected"),
    [
        ("role:court", "role:probation", None),
        ("court-north", "probation-north", None),
        ("role:court", "probation-south", "protocol.none"),
        ("role:probation", "role:court", "protocol.none"),
        ("role:police", "role:probation", "protocol.none"),
    ],
)
def test_only_the_parties_that_a_clause_names_are_permitted(sender: str, recipient: str, expected: str | None) -> None:
    assert code(ask(protocol(clause("urn", sender=sender, recipient=recipient)))) == expected


def test_a_kind_that_no_clause_names_is_denied() -> None:
    other = dataclasses.replace(clause("urn"), kinds=("something_else",))
    assert code(ask(protocol(other))) == "protocol.none"


def test_no_protocol_permits_nothing() -> None:
    assert code(ask()) == "protocol.none"


def test_an_agency_that_is_not_registered_is_denied() -> None:
    assert code(ask(protocol(clause("urn")), to="probation-nowhere")) == "agency.unknown"


def test_two_live_protocols_for_one_message_permit_nothing() -> None:
    assert code(ask(protocol(clause("urn"), id="a"), protocol(clause("urn"), id="b"))) == "protocol.ambiguous"


def test_an_expired_protocol_is_named_before_one_that_has_not_begun() -> None:
    old = protocol(clause("urn"), id="old", starts=TODAY - timedelta(9), expires=TODAY - timedelta(1))
    new = protocol(clause("urn"), id="new", starts=TODAY + timedelta(1), expires=TODAY + timedelta(2))
    decision = ask(new, old)
    assert isinstance(decision, Denial)
    assert (decision.code, decision.protocol_id) == ("protocol.expired", "old")


def test_a_permit_is_made_by_decide_alone() -> None:
    real = permit(KINDS[0], clause("urn"))
    fields = {field.name: getattr(real, field.name) for field in dataclasses.fields(Permit)}
    with pytest.raises(PermissionError):
        Permit(**fields, issued=object())
    with pytest.raises(ValueError, match="issued"):
        dataclasses.replace(real, clauses=())  # type: ignore[call-arg]  # mypy refuses it too


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


def test_what_was_withheld_is_told_with_its_clause_and_without_its_value() -> None:
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


def test_the_payload_that_came_is_left_as_it_was() -> None:
    kind = kind_of("hearing_result")
    before = repr(RESULT)
    minimised = minimise(RESULT, permit(kind, clause("defendant")), kind)
    minimised.payload["defendant"]["name"]["forenames"].append("C")
    assert repr(RESULT) == before


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


def test_parties_meet_when_some_agency_is_both() -> None:
    role, north, south = read_party("role:probation"), read_party("probation-north"), read_party("probation-south")
    assert role.meets(role, AGENCIES) and role.meets(north, AGENCIES) and north.meets(role, AGENCIES)
    assert not north.meets(south, AGENCIES)
    assert not role.meets(read_party("role:prison"), AGENCIES)
    assert not role.meets(Party("prison-north", None), AGENCIES)
    assert not role.meets(Party("nobody", None), AGENCIES)
