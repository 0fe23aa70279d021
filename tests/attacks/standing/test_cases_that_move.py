"""Real life passes: cases move between courts, other courts sit, forces act for one another, areas hand people over."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.sharing.decision.parties import EarlierMessage
from hub.sharing.decision.standing import Claim, NoStanding, Standing, stand
from hub.sharing.terms.agencies import Agencies
from schemas.kind import Keeping, Matter
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Message

CROWN = "court-c10nc"


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 12)


def _committed(business: Business, to: str) -> Message:
    """The home court sends the case to that court."""
    message = documents.result(business.person(), 1, False)
    result = message["payload"]["offences"][0]["results"][0]
    result |= {"code": "4028", "next_hearing": {"court_ou_code": to}}
    return message


@pytest.mark.parametrize("to", [AWAY.ou_code], ids=["a court of another area"])
def test_the_court_to_which_a_case_was_sent_sentences_and_the_report_follows(business: Business, to: str) -> None:
    report = business.say(documents.report(business.person()))
    business.say(_committed(business, to))
    result = business.say(business.result_of_another_court())
    assert business.in_quarantine(result) == []
    assert ("pre_sentence_report", report) in business.got(AWAY.prison)
    assert business.clocks(result) == {"report_to_prison": "met"}


def test_a_report_to_the_court_to_which_the_case_was_sent_follows_too(business: Business) -> None:
    business.say(documents.report_request(business.person()))
    business.say(_committed(business, AWAY.ou_code))
    report = business.say(documents.report(business.person()), court={"ou_code": AWAY.ou_code})
    result = business.say(business.result_of_another_court())
    assert ("pre_sentence_report", report) in business.got(AWAY.prison)
    assert business.clocks(result) == {"report_to_prison": "met"}


def test_a_case_that_a_stranger_sends_on_does_not_move(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    away = business.result_of_another_court(custodial=False)
    away["payload"]["offences"][0]["results"][0]["next_hearing"] = {"court_ou_code": AREAS[1].ou_code}
    assert business.in_quarantine(business.say(away))
    result = business.say(business.result_of_another_court(area=AREAS[1]))
    assert business.in_quarantine(result)
    assert ("pre_sentence_report", report) not in business.got(AREAS[1].prison)


def test_a_force_to_which_the_first_has_passed_the_warrant_executes_it(business: Business) -> None:
    person = business.person()
    warrant = business.say(documents.warrant(person))
    business.say(documents.warrant_update(person, "not_yet_executed"), force=AWAY.force)
    business.say(documents.warrant_update(person, "executed"), by=AWAY.police)
    assert set(business.clocks(warrant).values()) == {"met"}


# ---- the decision itself, without a store


def _agencies(bench_agencies: Agencies, court: str, stands_for: str) -> Agencies:
    changed = replace(bench_agencies.by_id[court], stands_for=(stands_for,))
    return Agencies.of(changed if agency.id == court else agency for agency in bench_agencies.by_id.values())


def _case(agencies: Agencies, sender: str, said: tuple[EarlierMessage, ...], **more: Any) -> Standing | NoStanding:
    matter = Matter("case", sender, Keeping.ALONE)
    court = agencies.by_id[sender]
    return stand(Claim(court, matter, court, {"k": HOME.force}, **more), said, agencies, date(2026, 11, 29))


REQUEST = EarlierMessage(
    frozenset({"k"}), HOME.court, HOME.court, (HOME.probation,), (HOME.court,), HOME.court, believed=False
)


def test_a_court_that_the_registry_lets_stand_for_another_acts_in_its_cases(bench: Bench) -> None:
    agencies = bench.hub.knowledge.registry.agencies
    assert isinstance(_case(agencies, AWAY.court, (REQUEST,)), NoStanding)
    standing = _case(_agencies(agencies, AWAY.court, HOME.court), AWAY.court, (REQUEST,))
    assert isinstance(standing, Standing)
    assert standing.acts_for == {AWAY.court, HOME.court}


def test_what_strangers_said_makes_nobody_a_party(bench: Bench) -> None:
    agencies = bench.hub.knowledge.registry.agencies
    planted = EarlierMessage(frozenset({"k"}), HOME.court, AWAY.probation, (AWAY.court,), (), "@", believed=False)
    assert isinstance(_case(agencies, AWAY.court, (REQUEST, planted)), NoStanding)
    sent = replace(REQUEST, parties=(AWAY.court,))
    assert isinstance(_case(agencies, AWAY.court, (sent,)), Standing)


def test_the_court_of_the_force_in_the_reference_is_not_shut_out_by_one_that_spoke_first(bench: Bench) -> None:
    agencies = bench.hub.knowledge.registry.agencies
    first = EarlierMessage(
        frozenset({"k"}), AWAY.court, AWAY.court, (AWAY.probation,), (AWAY.court,), AWAY.court, believed=False
    )
    corroborated = replace(first, sender=AWAY.probation)
    for said in ((first,), (first, corroborated)):
        standing = _case(agencies, HOME.court, said)
        assert isinstance(standing, Standing)
        assert standing.acts_for == {HOME.court}, "it has a matter of its own, and nothing to do with the other"
