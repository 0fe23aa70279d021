"""The index says which areas know a person, to whoever may ask, and to nobody else."""

import json
from typing import Any

import pytest

from hub.journal.events import Event
from tests.attacks.standing.courts_and_areas import AWAY, HOME, OTHER, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 31)


def _enquiry(business: Business, sender: str, person: dict[str, Any]) -> Message:
    payload = {
        "enquiry_reference": "ENQ-1",
        "purpose": "report",
        "asked_at": business.person().now.isoformat(),
        "person": person,
    }
    return business.person().message("index_enquiry", sender, payload, f"enquiry-{sender}")


def _asked(business: Business, person: dict[str, Any], sender: str = OTHER.probation) -> dict[str, Any]:
    business.say(_enquiry(business, sender, person))
    business.bench.drain()
    received = [item for item in business.bench.agencies.received(sender) if item.kind == "index_answer"]
    payload: dict[str, Any] = json.loads(received[-1].body())["payload"]
    return payload


def _number(business: Business) -> dict[str, Any]:
    return {"pnc_id": business.person().as_defendant()["pnc_id"]}


def test_an_answer_says_area_crn_contact_since_when_and_nothing_else(business: Business) -> None:
    business.say(documents.supervision_started(business.person()), team="Exampleton", role="Probation officer")
    answer = _asked(business, _number(business))
    started = business.person().now.date().isoformat()
    assert answer["found"] == [
        {
            "area": HOME.probation,
            "contact": "Probation officer, Exampleton",
            "since": started,
            "person": {"crn": f"X{business.number:06d}"},
        }
    ]
    assert set(answer) == {"enquiry_reference", "to", "answered_at", "found", "similar"}


def test_a_person_is_found_by_name_birth_date_and_postcode_through_linkage(business: Business) -> None:
    person = business.person().at_home()
    business.say(documents.report(business.person()), defendant=person)
    named = {name: person[name] for name in ("name", "date_of_birth", "address")}
    answer = _asked(business, named)
    assert [each["area"] for each in answer["found"]] == [HOME.probation]


def test_a_stranger_is_known_nowhere(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    other = Business(business.bench, 32)
    answer = _asked(business, _number(other))
    assert (answer.get("found", []), answer["similar"]) == ([], False)


def test_an_area_is_not_told_of_itself(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    assert _asked(business, _number(business), HOME.probation).get("found", []) == []


def test_of_a_restricted_record_only_the_area_and_the_contact_are_told(business: Business) -> None:
    start = documents.supervision_started(business.person())
    start["payload"]["offender"]["restricted"] = True
    business.say(start, team="Exampleton")
    [found] = _asked(business, _number(business))["found"]
    assert {name for name, value in found.items() if value} == {"area", "contact"}


@pytest.mark.parametrize("sender", [HOME.court, HOME.police, "cps-northumbria", "research-home-office"])
def test_whoever_may_not_ask_gets_the_same_refusal_whether_the_person_is_known_or_not(
    business: Business, sender: str
) -> None:
    business.say(documents.supervision_started(business.person()))
    caller = business.bench.hub.knowledge.registry.agencies.named(sender)
    refusals = []
    for person in (_number(business), _number(Business(business.bench, 33))):
        said = _enquiry(business, sender, person)
        answer = business.bench.hub.intake.receive(caller, json.dumps(said).encode())
        assert answer.receipt is None
        refusals.append([(problem.code, problem.problem) for problem in answer.refused])
    assert refusals[0] == refusals[1]
    assert refusals[0][0][0] == "protocol.none"
    assert not [kind for kind, _ in business.got(sender) if kind == "index_answer"]


def test_a_name_alone_asks_nothing(business: Business) -> None:
    caller = business.bench.hub.knowledge.registry.agencies.named(OTHER.probation)
    said = _enquiry(business, OTHER.probation, {"name": {"surname": "Fieldmark"}})
    assert business.bench.hub.intake.receive(caller, json.dumps(said).encode()).receipt is None


def test_every_enquiry_is_in_the_journal_with_its_purpose_and_without_the_person(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    message = business.say(_enquiry(business, OTHER.probation, _number(business)))
    [entry] = business.bench.hub.evidence.entries(0, 100, Event.INDEX_ANSWERED)
    assert (entry["message"], entry["agency"]) == (message, OTHER.probation)
    assert entry["detail"] == {"purpose": "report", "areas": [HOME.probation]}


def test_a_court_list_names_the_other_areas_that_know_the_person_by_a_number(business: Business) -> None:
    business.say(documents.supervision_started(business.person(), AWAY))
    person = business.person()
    cases = [
        {"id": "1", "number": "N-1", "defendant": person.as_defendant(), "urn": person.urn()},
        {"id": "2", "number": "N-2", "defendant": Business(business.bench, 34).person().as_defendant()},
    ]
    day = person.now.date().isoformat()
    payload = {"court": person.court(), "date": day, "sessions": [{"on": day, "starts_at": "10:00:00", "cases": cases}]}
    business.say(person.message("court_list", HOME.court, payload, "list"))
    business.bench.drain()
    [item] = [each for each in business.bench.agencies.received(HOME.probation) if each.kind == "court_list"]
    first, second = json.loads(item.body())["payload"]["sessions"][0]["cases"]
    assert first["known_elsewhere"] == [AWAY.probation]
    assert not second.get("known_elsewhere")


def test_somebody_with_the_right_looks_a_person_up_and_the_journal_keeps_the_reason(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    found = business.bench.hub.index.search(_defendant(business), "ada", "the prison asks whom to ring")
    assert [(each["area"], each["crn"]) for each in found["found"]] == [(HOME.probation, f"X{business.number:06d}")]
    [entry] = business.bench.hub.evidence.entries(0, 100, Event.INDEX_SEARCHED)
    assert entry["detail"]["reason"] == "the prison asks whom to ring"
    assert _number(business)["pnc_id"] not in json.dumps(entry)


def _defendant(business: Business) -> Any:
    from hub.exchange.telling.index_search import person_sought

    return person_sought(numbers=_number(business))
