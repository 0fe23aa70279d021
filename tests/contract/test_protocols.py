"""The shipped sharing protocols, with the shipped agencies."""

from datetime import date
from importlib.resources import files

import pytest

from hub.sharing.checking.lint import lint
from hub.sharing.checking.registry import SharingRegistry, shipped_registry
from hub.sharing.decision.decide import Denial, Permit, decide
from hub.sharing.terms.grants import Action, Verdict, verdicts
from schemas.catalogue import Catalogue
from schemas.category import Category
from schemas.kind import MessageKind

CATALOGUE = Catalogue.discover()
ON = date(2026, 11, 1)

# The exchanges as the agencies describe them. A later kind brings its own protocol, and is checked below.
DIRECTIONS = [
    ("court_list", "court", "probation"),
    ("report_request", "court", "probation"),
    ("report_request", "hub", "probation"),
    ("pre_sentence_report", "probation", "court"),
    ("pre_sentence_report", "probation", "prison"),
    ("hearing_result", "court", "probation"),
    ("hearing_result", "court", "police"),
    ("hearing_result", "court", "prison"),
]


@pytest.fixture(scope="module")
def registry() -> SharingRegistry:
    return shipped_registry(CATALOGUE)


def agencies(registry: SharingRegistry, role: str) -> list[str]:
    """Return the agencies that exist that day; the others are reached through their successors."""
    known = registry.agencies.by_id.values()
    return sorted(agency.id for agency in known if agency.role == role and agency.exists(ON))


def first_and_last(registry: SharingRegistry, role: str) -> list[str]:
    found = agencies(registry, role)
    return sorted({found[0], found[-1]})


def grants(registry: SharingRegistry, kind: str, sender: str, recipient: str) -> dict[str, bool]:
    """Return for each path whether it may be sent, between one agency of each role."""
    message = CATALOGUE.latest(kind)
    source, target = agencies(registry, sender)[0], agencies(registry, recipient)[0]
    permit = decide(registry, sender=source, recipient=target, kind=message, on=ON)
    assert isinstance(permit, Permit)
    return {verdict.path: verdict.granted for verdict in verdicts(permit.clauses, message.payload)}


def test_the_shipped_protocols_lint_clean() -> None:
    folder = files("schemas")
    assert lint(folder / "agencies", folder / "protocols", CATALOGUE, ON) == ()


@pytest.mark.parametrize(("kind", "sender", "recipient"), DIRECTIONS)
def test_each_exchange_is_permitted_throughout(
    registry: SharingRegistry, kind: str, sender: str, recipient: str
) -> None:
    for source in first_and_last(registry, sender):
        for target in first_and_last(registry, recipient):
            decision = decide(registry, sender=source, recipient=target, kind=CATALOGUE.latest(kind), on=ON)
            assert isinstance(decision, Permit)


def test_no_other_direction_is_permitted(registry: SharingRegistry) -> None:
    roles = sorted({agency.role.value for agency in registry.agencies.by_id.values()})
    for kind, sender, recipient in ((k, s, r) for k, _, _ in DIRECTIONS for s in roles for r in roles):
        if (kind, sender, recipient) not in DIRECTIONS:
            source, target = agencies(registry, sender)[0], agencies(registry, recipient)[-1]
            decision = decide(registry, sender=source, recipient=target, kind=CATALOGUE.latest(kind), on=ON)
            assert isinstance(decision, Denial), (kind, sender, recipient)


def test_every_kind_is_covered_by_some_protocol(registry: SharingRegistry) -> None:
    covered = {name for protocol in registry.protocols for clause in protocol.clauses for name in clause.kinds}
    assert covered == set(CATALOGUE.names())


def test_what_concerns_victims_never_reaches_a_prison(registry: SharingRegistry) -> None:
    protected = {Category.VICTIM, Category.NARRATIVE}
    received = leaving(registry, agencies(registry, "prison"))
    assert {kind.name for kind, _ in received} >= {"pre_sentence_report", "hearing_result"}
    assert not [(kind.name, item.path) for kind, item in received if item.category in protected]


def test_health_reaches_a_prison_with_the_report_and_with_nothing_else(registry: SharingRegistry) -> None:
    received = leaving(registry, agencies(registry, "prison"))
    assert {kind.name for kind, item in received if item.category is Category.HEALTH} == {"pre_sentence_report"}


def test_research_is_given_nothing_that_says_who_somebody_is(registry: SharingRegistry) -> None:
    direct = {Category.IDENTITY, Category.CONTACT, Category.NARRATIVE, Category.VICTIM, Category.STAFF}
    received = leaving(registry, agencies(registry, "research"))
    assert not [(kind.name, item.path) for kind, item in received if item.granted and item.category in direct]


def leaving(registry: SharingRegistry, recipients: list[str]) -> list[tuple[MessageKind, Verdict]]:
    """Return everything that any clause lets any of them have, unchanged or changed."""
    known = [agency for name in recipients if (agency := registry.agencies.get(name)) is not None]
    assert known
    return [
        (kind, verdict)
        for protocol in registry.protocols
        for clause in protocol.clauses
        if any(party.includes(agency) for party in clause.recipients for agency in known)
        for kind in CATALOGUE.kinds.values()
        if kind.name in clause.kinds
        for verdict in verdicts((clause,), kind.payload)
        if verdict.action is not Action.WITHHELD
    ]


@pytest.mark.parametrize(
    ("kind", "sender", "recipient", "passes", "stays"),
    [
        ("pre_sentence_report", "probation", "prison", "documents[].sha256", "victim_impact"),
        ("pre_sentence_report", "probation", "prison", "health.medication", "defendant.telephones[]"),
        ("pre_sentence_report", "probation", "prison", "risk_of_harm.self_harm", "defendant.address.lines[]"),
        ("hearing_result", "court", "prison", "offences[].results[].code", "offences[].wording"),
        ("hearing_result", "court", "prison", "defendant.address.postcode", "defendant.address.lines[]"),
        ("hearing_result", "court", "prison", "defendant.sex", "bail_conditions"),
        (
            "court_list",
            "court",
            "probation",
            "sessions[].cases[].offences[].plea",
            "sessions[].cases[].offences[].wording",
        ),
        ("report_request", "hub", "probation", "defendant.pnc_id", "defendant.address.postcode"),
    ],
)
def test_what_a_recipient_needs_passes_and_what_it_does_not_stays(
    registry: SharingRegistry, kind: str, sender: str, recipient: str, passes: str, stays: str
) -> None:
    granted = grants(registry, kind, sender, recipient)
    assert granted[passes] is True
    assert granted[stays] is False


@pytest.mark.parametrize(
    ("kind", "sender", "recipient"),
    [
        ("pre_sentence_report", "probation", "court"),
        ("hearing_result", "court", "police"),
        ("hearing_result", "court", "probation"),
        ("report_request", "court", "probation"),
    ],
)
def test_those_who_act_on_the_whole_message_receive_the_whole(
    registry: SharingRegistry, kind: str, sender: str, recipient: str
) -> None:
    assert all(grants(registry, kind, sender, recipient).values())


def test_every_protocol_gives_an_example_and_the_reason_of_each_clause(registry: SharingRegistry) -> None:
    for protocol in registry.protocols:
        assert protocol.examples
        assert all(clause.note for clause in protocol.clauses)


def test_every_recipient_of_every_protocol_is_in_an_example_message(registry: SharingRegistry) -> None:
    """`test_the_shipped_protocols_lint_clean` runs them."""
    for protocol in registry.protocols:
        recipients = {str(party) for clause in protocol.clauses for party in clause.recipients}
        shown = {str(outcome.recipient) for example in protocol.messages for outcome in example.to if outcome.receives}
        assert shown == recipients, protocol.id
        kinds = {kind for clause in protocol.clauses for kind in clause.kinds}
        assert {example.kind for example in protocol.messages} == kinds, protocol.id


def test_nothing_is_permitted_before_the_protocols_begin_or_after_they_end(registry: SharingRegistry) -> None:
    for on, code in ((date(2020, 11, 30), "protocol.not_begun"), (date(2031, 12, 1), "protocol.expired")):
        for kind, sender, recipient in DIRECTIONS:
            source, target = agencies(registry, sender)[0], agencies(registry, recipient)[0]
            decision = decide(registry, sender=source, recipient=target, kind=CATALOGUE.latest(kind), on=on)
            assert isinstance(decision, Denial)
            assert decision.code == code
