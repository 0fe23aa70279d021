"""An area does not become the supervisor of somebody by its own word, while another area is known."""

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Message

OTHER = AREAS[1]


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 13)


def _claim(business: Business) -> Message:
    """The area away sends a report about the person to its own court."""
    message = documents.report(business.person(AWAY))
    message["payload"].pop("urn")
    return message


def _record(business: Business, reference: str) -> Message:
    payload: dict[str, Any] = {
        "record_reference": reference,
        "offender": business.person().as_defendant(),
        "convicted_on": "2026-11-20",
        "offences": [{"sequence": 1, "code": "TH68036", "results": [{"code": "1002"}]}],
    }
    return business.person().message("reconviction_link", HOME.police, payload, reference)


def _told(business: Business, reference: str = "record") -> set[str]:
    """The areas that get a conviction of the person."""
    record = business.say(_record(business, reference))
    business.bench.hub.linking.run()
    areas = (HOME.probation, OTHER.probation, AWAY.probation)
    return {area for area in areas if ("reconviction_link", record) in business.got(area)}


def test_a_later_claim_gets_no_convictions_until_a_person_confirms_it(business: Business) -> None:
    business.say(documents.report(business.person()))
    business.say(_claim(business))
    assert _told(business) == {HOME.probation}
    (doubtful,) = [each for each in business.bench.hub.linking.listed(None) if each.state == "doubtful"]
    assert doubtful.area == AWAY.probation
    assert "another area is known" in doubtful.why
    business.bench.hub.linking.decide(doubtful.id, same=True, by="somebody")
    assert ("reconviction_link", str(doubtful.message_id)) in business.got(AWAY.probation)


def test_the_first_contact_of_an_area_with_somebody_whom_nobody_claims_counts(business: Business) -> None:
    business.say(_claim(business))
    assert _told(business) == {AWAY.probation}


def _asked(business: Business) -> None:
    """The court away asks its own area for a report about the person, and gets one."""
    person = business.person(AWAY)
    business.say(documents.report_request(person))
    business.say(documents.report(person))


def test_an_area_that_a_court_has_asked_is_told_beside_the_one_that_was_first(business: Business) -> None:
    business.say(documents.report(business.person()))
    _asked(business)
    person = business.person(AWAY)
    package = {"urn": person.urn(), "court": person.court(), "defendants": [{"defendant": person.as_defendant()}]}
    business.say(person.message("case_package", AWAY.police, package, "package"))
    assert _told(business) == {HOME.probation, AWAY.probation}


def test_a_court_and_its_area_alone_do_not_make_the_area_a_supervisor(business: Business) -> None:
    business.say(documents.report(business.person()))
    _asked(business)
    assert _told(business) == {HOME.probation}


@pytest.mark.parametrize("area", [AWAY.probation, OTHER.probation], ids=["its own area", "another area"])
def test_a_court_that_invents_a_warrant_chooses_no_area_that_is_told(business: Business, area: str) -> None:
    business.say(documents.report(business.person()))
    business.say(documents.warrant(business.person(AWAY)), area=area)
    assert _told(business) == {HOME.probation}


def test_a_warrant_that_the_police_have_acknowledged_names_the_area_of_its_court(business: Business) -> None:
    business.say(documents.report(business.person()))
    business.say(documents.warrant(business.person(AWAY)))
    business.say(documents.warrant_update(business.person(AWAY), "acknowledged"))
    assert _told(business) == {HOME.probation, AWAY.probation}


@pytest.mark.parametrize("received", [False, True], ids=["nobody was sent there", "the person was sent there"])
def test_a_prison_names_an_area_only_if_a_court_has_sent_it_the_person(business: Business, received: bool) -> None:
    business.say(documents.report(business.person()))
    if received:
        business.say(documents.result(business.person(), 1, True), receiving_prison="HMP Elmley")
    business.say(documents.release(business.person(AWAY)))
    assert _told(business) == ({HOME.probation, AWAY.probation} if received else {HOME.probation})


def test_what_a_person_has_confirmed_once_is_not_doubtful_again(business: Business) -> None:
    business.say(documents.report(business.person()))
    business.say(_claim(business))
    assert _told(business) == {HOME.probation}
    (doubtful,) = [each for each in business.bench.hub.linking.listed(None) if each.state == "doubtful"]
    business.bench.hub.linking.decide(doubtful.id, same=True, by="somebody")
    assert _told(business, "second") == {HOME.probation, AWAY.probation}


@pytest.mark.parametrize("known_first", [True, False], ids=["it supervises", "it does not"])
def test_an_area_hands_over_only_whom_it_supervises(business: Business, known_first: bool) -> None:
    business.say(documents.report(business.person()))
    giver, taker = (HOME, OTHER) if known_first else (AWAY, OTHER)
    person = business.person()
    transfer = {
        "transfer_reference": "T-13",
        "to_area": taker.probation,
        "requested_at": person.now.isoformat(),
        "offender": person.as_defendant(),
    }
    business.say(person.message("case_transfer", giver.probation, transfer, "transfer"))
    reply = {
        "transfer_reference": "T-13",
        "to_area": giver.probation,
        "decision": "accepted",
        "decided_at": (person.now + timedelta(hours=1)).isoformat(),
        "offender": person.as_defendant(),
    }
    business.say(person.message("transfer_reply", taker.probation, reply, "reply"))
    assert _told(business) == ({OTHER.probation} if known_first else {HOME.probation})
