"""Who is a party of one matter says something that also names another: another case of the same person, or another
person of the same case. It acts only where it is a party."""

from typing import Any

import pytest

from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message, Person

COURTS_NUMBER = "CR-77/2026"


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 31)


def _sent_away(person: Person, **changes: Any) -> Message:
    """The home court sends this case to the court away."""
    message = documents.result(person, 1, False)
    result = message["payload"]["offences"][0]["results"][0]
    result |= {"code": "4028", "next_hearing": {"court_ou_code": AWAY.ou_code}}
    message["payload"] |= changes
    return message | {"reference": f"{message['reference']}-{len(changes)}"}


def _another_urn(person: Person) -> str:
    return f"{person.urn()[:4]}99999{person.urn()[-2:]}"


def test_a_court_that_has_one_case_of_a_person_moves_nothing_of_another_case(business: Business) -> None:
    person = business.person()
    report = business.say(documents.report(person), court_case_reference=COURTS_NUMBER)
    request = business.say(documents.report_request(person), court_case_reference=COURTS_NUMBER)
    assert ("pre_sentence_report", report) in business.got(HOME.court)
    before = business.clocks(request)
    business.say(_sent_away(person, urn=_another_urn(person)))
    both = business.result_of_another_court()
    result = business.say(both, urn=_another_urn(person), court_case_reference=COURTS_NUMBER)
    assert ("pre_sentence_report", report) not in business.got(AWAY.prison)
    assert ("hearing_result", result) in business.got(AWAY.prison), "it is true of the case that was sent there"
    assert business.clocks(result) == {"report_to_prison": "running"}
    assert business.clocks(request) == before


def test_a_court_that_has_one_defendant_of_a_case_moves_nothing_of_another_defendant(business: Business) -> None:
    one, other = business.person(), Person(32, HOME, business.person().now)
    report = business.say(documents.report(other), urn=one.urn())
    business.say(_sent_away(one))
    mixed = one.as_defendant() | {"pnc_id": other.as_defendant()["pnc_id"]}
    business.say(business.result_of_another_court(), defendant=mixed)
    assert ("pre_sentence_report", report) not in business.got(AWAY.prison)


def test_a_later_message_of_a_party_is_not_put_behind_what_was_said_of_another_matter(business: Business) -> None:
    person = business.person()
    business.say(documents.report(person), court_case_reference=COURTS_NUMBER)
    business.say(_sent_away(person, urn=_another_urn(person)))
    business.bench.agencies.behave(HOME.police, "error")
    both = business.result_of_another_court(custodial=False)
    business.say(both, urn=_another_urn(person), court_case_reference=COURTS_NUMBER)
    business.bench.drain()
    business.bench.agencies.behave(HOME.police, "ok")
    result = business.say(documents.result(person, 2, True), court_case_reference=COURTS_NUMBER)
    assert ("hearing_result", result) in business.got(HOME.prison)
    assert business.clocks(result) == {"report_to_prison": "met"}
