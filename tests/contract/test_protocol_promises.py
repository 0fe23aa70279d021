"""Three promises, checked for every shipped protocol and every field of every kind, also later ones: victims' data
never goes to a prison; health data goes only to a prison, with the report, and to the court that asked for it;
research gets no direct identifier.

Each leaf of a kind gets a word of its own. The real minimiser cuts the whole, and the remaining words show what is
sent.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import schemas.kinds
from hub.sharing.checking.registry import shipped_registry
from hub.sharing.decision.decide import Permit, decide
from hub.sharing.decision.minimise import minimise
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.sharing.terms.masks import can_hold
from hub.sharing.terms.records import records_of
from hub.sharing.terms.selecting import Party
from schemas.catalogue import Catalogue
from schemas.category import Category
from schemas.kind import MessageKind
from schemas.shape import Leaf, leaves_of, values_at

CATALOGUE = Catalogue.discover()
KINDS_FOLDER = Path(schemas.kinds.__path__[0])
REGISTRY = shipped_registry(CATALOGUE)
ON = date(2026, 11, 1)
KEY = bytes(range(32))

NOTIFIED = ("court", "probation", "police", "prison", "cps", "research", "directorate")
# The exchanges as the agencies describe them. Anything else that a protocol permits of these kinds is a mistake.
EXCHANGES = {
    ("court_list", "court", "probation"),
    ("hearing_result", "court", "probation"),
    ("hearing_result", "court", "police"),
    ("hearing_result", "court", "prison"),
    ("report_request", "court", "probation"),
    ("report_request", "hub", "probation"),
    ("previous_convictions", "cps", "probation"),
    ("previous_convictions", "police", "probation"),
    ("case_package", "cps", "probation"),
    ("case_package", "police", "probation"),
    ("pre_sentence_report", "probation", "court"),
    ("pre_sentence_report", "probation", "prison"),
    ("prisoner_received", "prison", "probation"),
    ("release_notice", "prison", "probation"),
    ("sentence_plan_feedback", "probation", "prison"),
    ("bail_information", "probation", "court"),
    ("bail_information", "probation", "cps"),
    ("incident_report", "probation", "directorate"),
    ("recall_notice", "directorate", "police"),
    ("recall_notice", "directorate", "probation"),
    ("assessment", "probation", "prison"),
    ("assessment", "prison", "probation"),
    *(
        (kind, sender, recipient)
        for kind in ("programme_referral", "programme_outcome")
        for sender, recipient in (("probation", "probation"), ("probation", "prison"), ("prison", "probation"))
    ),
    ("breach_information", "probation", "court"),
    ("breach_warrant", "court", "police"),
    ("breach_warrant", "court", "probation"),
    ("warrant_update", "police", "court"),
    ("warrant_update", "police", "probation"),
    ("warrant_update", "court", "police"),
    ("warrant_update", "court", "probation"),
    ("reconviction_link", "police", "probation"),
    ("reconviction_link", "police", "research"),
    ("supervision_started", "probation", "research"),
    ("supervision_ended", "probation", "research"),
    ("supervision_started", "probation", "hub"),
    ("supervision_ended", "probation", "hub"),
    *(("index_enquiry", role, "hub") for role in ("probation", "prison")),
    *(("index_answer", "hub", role) for role in ("probation", "prison")),
    ("case_transfer", "probation", "probation"),
    ("transfer_reply", "probation", "probation"),
    ("risk_registration", "probation", "probation"),
    ("risk_registration", "probation", "police"),
    ("risk_registration", "probation", "prison"),
    ("risk_review", "probation", "prison"),
    ("risk_review", "probation", "probation"),
    ("risk_review", "probation", "police"),
    *(("clock_reminder", "hub", role) for role in ("court", "probation", "police", "prison", "cps")),
    *(("connection_test", "hub", role) for role in NOTIFIED),
    *(("mailbox_notice", "hub", role) for role in NOTIFIED),
    *(("protocol_notice", "hub", role) for role in NOTIFIED),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One message kind from one agency to another, with the permit for it."""

    kind: MessageKind
    sender: Agency
    recipient: Agency
    permit: Permit

    def __str__(self) -> str:
        return f"{self.kind.name}-v{self.kind.version}-{self.sender.id}-{self.recipient.id}"

    def cut(self, payload: dict[str, Any]) -> dict[str, Any]:
        return minimise(payload, self.permit, self.kind, KEY).payload


def _some(party: Party) -> Agency:
    return next(one for one in REGISTRY.agencies.by_id.values() if party.includes(one) and one.exists(ON))


def _ways() -> Iterator[Way]:
    """Yield every exchange that some clause permits. One agency of a role is enough, because `decide` treats all
    alike."""
    seen: set[tuple[str, int, str, str]] = set()
    for clause in (clause for protocol in REGISTRY.protocols for clause in protocol.clauses):
        kinds = [kind for kind in CATALOGUE.kinds.values() if kind.name in clause.kinds]
        for kind, sender, recipient in product(kinds, map(_some, clause.senders), map(_some, clause.recipients)):
            permit = decide(REGISTRY, sender=sender.id, recipient=recipient.id, kind=kind, on=ON)
            key = (kind.name, kind.version, sender.id, recipient.id)
            if isinstance(permit, Permit) and key not in seen:
                seen.add(key)
                yield Way(kind, sender, recipient, permit)


WAYS = tuple(_ways())


def to(role: AgencyRole) -> list[Any]:
    return [pytest.param(way, id=str(way)) for way in WAYS if way.recipient.role is role]


def word(leaf: Leaf) -> str:
    return f"¤{leaf.path}¤"


def full_of_words(kind: MessageKind) -> dict[str, Any]:
    """Return a document of the kind's shape in which every leaf holds the word of its path; lists have one entry."""
    document: dict[str, Any] = {}
    for leaf in leaves_of(kind.payload):
        node: Any = document
        steps = leaf.path.split(".")
        for step in steps[:-1]:
            name = step.removesuffix("[]")
            node = node.setdefault(name, [{}])[0] if step.endswith("[]") else node.setdefault(name, {})
        name = steps[-1].removesuffix("[]")
        node[name] = [word(leaf)] if steps[-1].endswith("[]") else word(leaf)
    return document


def leaves_that_leave(way: Way) -> tuple[Leaf, ...]:
    """Return the fields of which the recipient sees the value itself."""
    said = json.dumps(way.cut(full_of_words(way.kind)), ensure_ascii=False)
    return tuple(leaf for leaf in leaves_of(way.kind.payload) if word(leaf) in said)


def samples(kind: MessageKind) -> Iterator[dict[str, Any]]:
    for path in sorted((KINDS_FOLDER / kind.name / "samples").glob("*.json")):
        yield json.loads(path.read_bytes())


# ---- the test of this test ----


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in CATALOGUE.kinds.values()])
def test_every_leaf_has_its_word_in_the_document_that_is_cut(kind: MessageKind) -> None:
    document = full_of_words(kind)
    for leaf in leaves_of(kind.payload):
        assert [value for _, value in values_at(document, leaf.path)] == [word(leaf)]


def test_each_exchange_is_open_and_no_other_is() -> None:
    described = {kind for kind, _, _ in EXCHANGES}
    opened = {(way.kind.name, way.sender.role.value, way.recipient.role.value) for way in WAYS}
    assert {one for one in opened if one[0] in described} == EXCHANGES


# ---- victims ----


@pytest.mark.parametrize("way", to(AgencyRole.PRISON))
def test_what_concerns_victims_never_reaches_a_prison(way: Way) -> None:
    leave = leaves_that_leave(way)
    assert leave
    assert [leaf.path for leaf in leave if leaf.category in (Category.VICTIM, Category.NARRATIVE)] == []
    assert [leaf.path for leaf in leave if "victim" in leaf.path or "at_risk" in leaf.path] == []


@pytest.mark.parametrize("way", to(AgencyRole.PRISON))
def test_what_the_samples_say_of_victims_is_not_in_what_a_prison_receives(way: Way) -> None:
    protected = [leaf for leaf in leaves_of(way.kind.payload) if leaf.category in (Category.VICTIM, Category.NARRATIVE)]
    for sample in samples(way.kind):
        said = json.dumps(way.cut(sample), ensure_ascii=False)
        values = [value for leaf in protected for _, value in values_at(sample, leaf.path) if isinstance(value, str)]
        assert [value for value in values if value in said] == []


def test_a_prison_is_sent_no_kind_that_is_about_victims() -> None:
    """The report says what the offence did to its victim, and the entry in the register who may be harmed; these parts
    are withheld. No other kind with such data is sent at all."""
    about = {
        way.kind.name
        for way in WAYS
        if way.recipient.role is AgencyRole.PRISON
        and any(leaf.category is Category.VICTIM for leaf in leaves_of(way.kind.payload))
    }
    assert about == {"pre_sentence_report", "risk_registration"}


# ---- health, and documents, which are sent whole ----


def receivers_of(category: Category) -> set[tuple[str, str]]:
    """Return (kind, role of the recipient) for which a field of the category is sent."""
    return {
        (way.kind.name, way.recipient.role.value)
        for way in WAYS
        if any(leaf.category is category for leaf in leaves_that_leave(way))
    }


def test_health_goes_to_a_prison_with_the_report_and_nowhere_else_but_to_the_court_that_asked() -> None:
    assert receivers_of(Category.HEALTH) == {("pre_sentence_report", "prison"), ("pre_sentence_report", "court")}


def test_no_sample_leaves_with_what_it_says_of_health_but_the_report() -> None:
    held = 0
    for way in (way for way in WAYS if way.kind.name != "pre_sentence_report"):
        leaves = [leaf for leaf in leaves_of(way.kind.payload) if leaf.category is Category.HEALTH]
        for sample in samples(way.kind):
            said = json.dumps(way.cut(sample), ensure_ascii=False)
            values = [value for leaf in leaves for _, value in values_at(sample, leaf.path)]
            assert [value for value in values if value in said] == []
            held += len(values)
    assert held, "some other kind than the report holds health data, or this says nothing"


def test_a_document_goes_to_a_prison_only_with_the_report() -> None:
    assert {kind for kind, role in receivers_of(Category.DOCUMENT) if role == "prison"} == {"pre_sentence_report"}


# ---- research ----


TO_RESEARCH = [
    pytest.param(way, id=str(way.kind.name))
    for way in WAYS
    if way.recipient.role is AgencyRole.RESEARCH
    and records_of(way.kind.payload)  # a notice about a protocol names no person
]


@pytest.mark.parametrize("way", TO_RESEARCH)
def test_research_sees_codes_dates_and_numbers_and_no_direct_identifier(way: Way) -> None:
    leave = leaves_that_leave(way)
    assert leave
    harmless = {Category.CASE, Category.DIVERSITY, Category.OFFENCE, Category.SENTENCE}
    assert {leaf.category for leaf in leave} <= harmless
    prose = "Somebody could write here who it was, where they live and what happened to them on that day. " * 2
    free = [leaf.path for leaf in leave if can_hold(leaf, prose.strip())]
    assert free in ([], ["area"]), "the area is an agency, or the message finds nobody"
    assert not {leaf.rule.name for leaf in leave if leaf.rule} & {"ptiurn", "court_case_reference", "postcode"}


@pytest.mark.parametrize("way", TO_RESEARCH)
def test_nothing_that_a_sample_says_of_who_it_is_reaches_research(way: Way) -> None:
    hidden = {
        Category.IDENTITY,
        Category.CONTACT,
        Category.NARRATIVE,
        Category.STAFF,
        Category.VICTIM,
        Category.HEALTH,
        Category.RISK,
        Category.ASSESSMENT,
        Category.DOCUMENT,
    }
    leaves = [leaf for leaf in leaves_of(way.kind.payload) if leaf.category in hidden]
    for sample in samples(way.kind):
        said = json.dumps(way.cut(sample), ensure_ascii=False).casefold()
        values = [str(value).casefold() for leaf in leaves for _, value in values_at(sample, leaf.path)]
        assert values
        assert [value for value in values if value in said] == []


@pytest.mark.parametrize("way", TO_RESEARCH)
def test_of_a_date_of_birth_research_sees_the_year(way: Way) -> None:
    births = [leaf for leaf in leaves_of(way.kind.payload) if leaf.path.endswith("date_of_birth")]
    assert births
    for leaf in births:
        document = full_of_words(way.kind)
        node: Any = document
        for step in leaf.path.split(".")[:-1]:
            node = node[step.removesuffix("[]")][0] if step.endswith("[]") else node[step]
        node["date_of_birth"] = "1991-04-17"
        said = [value for _, value in values_at(way.cut(document), leaf.path)]
        assert said in ([], ["1991"])


def test_research_can_distinguish_people_and_names_nobody() -> None:
    (way,) = [way for way in WAYS if way.recipient.role is AgencyRole.RESEARCH and way.kind.name == "reconviction_link"]
    marlow, tamsin = "2012/0052494Q", "2003/0011985X"

    def pseudonym(number: str) -> str:
        record = {"record_reference": "r", "offender": {"name": {"surname": "x"}, "pnc_id": number}}
        record["offender"]["date_of_birth"] = "1981-04-02"  # a record without a date of birth counts as a child's
        return str(way.cut(record)["offender"]["pnc_id"])

    assert pseudonym(marlow) == pseudonym(marlow) != pseudonym(tamsin)
    assert marlow not in pseudonym(marlow)
    assert (
        "name"
        not in way.cut({"offender": {"name": {"surname": "x"}, "pnc_id": marlow, "date_of_birth": "1981"}})["offender"]
    )
