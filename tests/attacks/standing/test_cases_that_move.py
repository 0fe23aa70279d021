"""Real life passes: cases move between courts, other courts sit, forces act for one another, areas hand people over."""

from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.bootstrap import Knowledge
from hub.sharing.decision.parties import EarlierMessage
from hub.sharing.decision.standing import Claim, NoStanding, Standing, stand
from hub.sharing.terms.agencies import Agencies
from schemas.kind import Keeping, Matter
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Area, Message, Person

CROWN = Area("probation-northumbria", "court-c10ne", "C10NE00", "police-northumbria", "10", "prison-durham")


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 12)


def _committed(business: Business, to: str) -> Message:
    """The home court sends the case to that court."""
    message = documents.result(business.person(), 1, False)
    result = message["payload"]["offences"][0]["results"][0]
    result |= {"code": "4028", "next_hearing": {"court_ou_code": to}}
    return message


@pytest.mark.parametrize("to", [AWAY, CROWN], ids=["a court of another area", "the Crown Court"])
def test_the_court_to_which_a_case_was_sent_sentences_and_the_report_follows(business: Business, to: Area) -> None:
    report = business.say(documents.report(business.person()))
    business.say(_committed(business, to.ou_code))
    result = business.say(business.result_of_another_court(area=to))
    assert business.in_quarantine(result) == []
    assert ("pre_sentence_report", report) in business.got(to.prison)
    assert business.clocks(result) == {"report_to_prison": "met"}


def test_the_crown_court_waits_for_a_person_if_nobody_has_committed_the_case(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court(area=CROWN))
    assert business.in_quarantine(result)
    assert ("pre_sentence_report", report) not in business.got(CROWN.prison)
    business.say(_committed(business, CROWN.ou_code))
    business.release(result)
    assert ("pre_sentence_report", report) in business.got(CROWN.prison)


def test_a_case_goes_on_from_court_to_court_and_back(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    business.say(_committed(business, AWAY.ou_code))
    on = business.result_of_another_court(custodial=False)
    on["payload"]["offences"][0]["results"][0] |= {"code": "4028", "next_hearing": {"court_ou_code": CROWN.ou_code}}
    assert business.in_quarantine(business.say(on)) == []
    back = business.result_of_another_court(custodial=False, area=CROWN)
    back["payload"]["offences"][0]["results"][0] |= {"code": "4028", "next_hearing": {"court_ou_code": HOME.ou_code}}
    assert business.in_quarantine(business.say(back)) == []
    result = business.say(documents.result(business.person(), 2, True))
    assert business.in_quarantine(result) == []
    assert ("pre_sentence_report", report) in business.got(HOME.prison)


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


# ---- agencies that stand for others, by the registry


@pytest.fixture
def knowledge(knowledge: Knowledge, request: pytest.FixtureRequest) -> Knowledge:
    """With agencies that stand for others, if a test says so."""
    given: dict[str, str] = getattr(request, "param", {})
    before = knowledge.registry.agencies
    changed = {name: replace(before.by_id[name], stands_for=(other,)) for name, other in given.items()}
    after = Agencies.of({**before.by_id, **changed}.values())
    agencies = replace(after, prison_by_intake=before.prison_by_intake)
    registry = replace(knowledge.registry, agencies=agencies)
    assessor = copy(knowledge.assessor)
    assessor._fixed = registry
    return replace(
        knowledge, registry=registry, assessor=assessor, folders=replace(knowledge.folders, registry=registry)
    )


@pytest.mark.parametrize("knowledge", [{AWAY.court: HOME.court}, {}], indirect=True, ids=["a night court", "any court"])
def test_a_night_court_sentences_in_the_case_of_the_court_for_which_it_stands(
    business: Business, request: pytest.FixtureRequest
) -> None:
    stands = request.node.callspec.params["knowledge"] != {}
    report = business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court())
    assert bool(business.in_quarantine(result)) is not stands
    assert (("pre_sentence_report", report) in business.got(AWAY.prison)) is stands


@pytest.mark.parametrize(
    "knowledge", [{AWAY.police: HOME.police}, {}], indirect=True, ids=["it acts for the other", "any force"]
)
def test_a_force_that_acts_for_another_executes_its_warrants(
    business: Business, request: pytest.FixtureRequest
) -> None:
    stands = request.node.callspec.params["knowledge"] != {}
    warrant = business.say(documents.warrant(business.person()))
    update = business.say(documents.warrant_update(business.person(), "executed"), by=AWAY.police)
    assert bool(business.in_quarantine(update)) is not stands
    assert set(business.clocks(warrant).values()) == ({"met"} if stands else {"running"})


@pytest.mark.parametrize("knowledge", [{AWAY.court: HOME.court}], indirect=True)
def test_the_court_for_which_another_stands_gains_nothing_by_it(business: Business) -> None:
    away = Person(business.number, AWAY, business.person().now)
    report = business.say(documents.report(away))
    result = documents.result(business.person(), 1, True)
    result["payload"]["urn"] = away.urn()
    assert business.in_quarantine(business.say(result))
    assert ("pre_sentence_report", report) not in business.got(HOME.prison)


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
