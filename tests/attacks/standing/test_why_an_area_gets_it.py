"""A warrant, a release or a recall says to each area why it gets it."""

import json

import pytest

from tests.attacks.standing.courts_and_areas import HOME, OTHER, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message

DIRECTORATE = "directorate-hmpps"


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 31)


def _told(business: Business, message: Message) -> dict[str, str | None]:
    """The reason that each agency is given."""
    sent = business.say(message)
    business.bench.hub.linking.run()
    business.bench.drain()
    agencies = (HOME.probation, OTHER.probation, HOME.police)
    received = {to: item for to in agencies for item in business.bench.agencies.received(to) if item.message_id == sent}
    return {to: json.loads(item.body())["payload"].get("routed_by") for to, item in received.items()}


def _recall(business: Business, **more: str) -> Message:
    person = business.person()
    recalled = {"recall_reference": "RCL-31", "revoked_at": person.now.isoformat(), "force": HOME.force}
    payload = recalled | {"reason": "Out of touch", "offender": person.as_offender()} | more
    return person.message("recall_notice", DIRECTORATE, payload, "recall")


def _supervised_by_other(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    business.say(documents.transfer(business.person(), OTHER))
    business.say(documents.transfer_reply(business.person(), OTHER))


def test_the_area_of_the_court_and_the_area_that_supervises_learn_their_reasons_and_the_police_none(
    business: Business,
) -> None:
    _supervised_by_other(business)
    told = _told(business, documents.warrant(business.person()))
    assert told == {HOME.probation: "court", OTHER.probation: "supervision", HOME.police: None}


def test_the_area_that_a_release_names_learns_that_it_is_named(business: Business) -> None:
    assert _told(business, documents.release(business.person())) == {HOME.probation: "named"}


def test_a_recall_goes_to_whoever_supervises_else_to_whoever_knows_the_person(business: Business) -> None:
    business.say(documents.report(business.person()))
    assert _told(business, _recall(business)) == {HOME.probation: "knowledge", HOME.police: None}
    _supervised_by_other(business)
    later = _recall(business) | {"reference": "later"}
    later["payload"] |= {"recall_reference": "RCL-32"}
    assert _told(business, later) == {OTHER.probation: "supervision", HOME.police: None}


def test_a_recall_names_the_area_that_asked_for_it(business: Business) -> None:
    assert _told(business, _recall(business, area=HOME.probation))[HOME.probation] == "named"
