"""An agency puts the number of somebody else into its own message: it gets nothing of that person by it, and joins
nobody."""

from datetime import timedelta
from typing import Any

import pytest

from hub.disposal.person_named import Given
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Message, Person

OTHER = AREAS[1]


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 31)


def _somebody_else(business: Business, area: documents.Area) -> Person:
    return Person(40, area, business.person().now)


def _pnc(person: Person) -> dict[str, Any]:
    return {"pnc_id": person.as_defendant()["pnc_id"]}


def _with(message: Message, **numbers: Any) -> Message:
    payload = message["payload"]
    who = "defendant" if "defendant" in payload else "offender"
    changed = payload | {who: payload[who] | numbers}
    return message | {"payload": changed, "reference": f"{message['reference']}-with-others"}


def _transfer(person: Person) -> Message:
    payload = {"transfer_reference": "T-1", "to_area": OTHER.probation, "requested_at": person.now.isoformat()}
    return person.message("case_transfer", HOME.probation, payload | {"offender": person.as_defendant()}, "transfer")


def _reply(person: Person) -> Message:
    payload = {"transfer_reference": "T-1", "to_area": HOME.probation, "decision": "accepted"}
    payload |= {"decided_at": person.now.isoformat()}
    return person.message("transfer_reply", OTHER.probation, payload | {"offender": person.as_defendant()}, "reply")


def _register(person: Person) -> dict[str, Any]:
    return {"register_reference": "RR-1", "force": HOME.force, "offender": person.as_defendant()}


def _entry(person: Person) -> Message:
    day = (person.now + timedelta(days=90)).date().isoformat()
    more = {"registered_at": person.now.isoformat(), "review_on": day, "category": "Harm", "level": "high"}
    return person.message("risk_registration", HOME.probation, _register(person) | more, "entry")


def _review(person: Person) -> Message:
    more = {"reviewed_at": person.now.isoformat(), "outcome": "deregistered", "level": "low"}
    return person.message("risk_review", OTHER.probation, _register(person) | more, "review")


def _record(person: Person) -> Message:
    payload = {
        "record_reference": f"REC-{person.number}",
        "offender": person.as_defendant(),
        "convicted_on": "2026-11-20",
        "offences": [{"sequence": 1, "code": "TH68036", "results": [{"code": "1002"}]}],
    }
    return person.message("reconviction_link", HOME.police, payload, "record")


def _told(business: Business, person: Person) -> set[str]:
    """The areas that get a conviction of the person."""
    record = business.say(_record(person))
    business.bench.hub.linking.run()
    return {area.probation for area in AREAS if ("reconviction_link", record) in business.got(area.probation)}


def test_an_area_that_knows_somebody_else_for_longer_is_not_the_first(business: Business) -> None:
    theirs = _somebody_else(business, AWAY)
    business.say(documents.report(theirs))
    business.bench.clock.advance(timedelta(days=1))
    business.say(documents.report(business.person()))
    business.say(_with(documents.report(theirs), **_pnc(business.person())))
    assert _told(business, business.person()) == {HOME.probation}


def test_an_area_that_was_asked_about_somebody_else_was_not_asked_about_this_person(business: Business) -> None:
    theirs = _somebody_else(business, AWAY)
    business.say(documents.report(business.person()))
    business.say(documents.report_request(theirs))
    package = {"urn": theirs.urn(), "court": theirs.court(), "defendants": [{"defendant": theirs.as_defendant()}]}
    business.say(theirs.message("case_package", AWAY.police, package, "package"))
    business.say(_with(documents.report(theirs), **_pnc(business.person())))
    assert _told(business, business.person()) == {HOME.probation}


def test_a_court_that_adds_a_number_to_a_true_case_makes_its_area_no_supervisor(business: Business) -> None:
    theirs = _somebody_else(business, AWAY)
    business.say(documents.report(business.person()))
    package = {"urn": theirs.urn(), "court": theirs.court(), "defendants": [{"defendant": theirs.as_defendant()}]}
    business.say(theirs.message("case_package", AWAY.police, package, "package"))
    business.say(_with(documents.report_request(theirs), **_pnc(business.person())))
    business.say(_with(documents.report(theirs), **_pnc(business.person())))
    assert _told(business, business.person()) == {HOME.probation}


def test_what_a_person_has_confirmed_of_somebody_else_confirms_nothing_of_this_person(business: Business) -> None:
    theirs = _somebody_else(business, HOME)
    business.say(documents.report(business.person()))
    business.say(documents.report(theirs))
    away = _with(documents.report(Person(theirs.number, AWAY, theirs.now)), **_pnc(business.person()))
    away["payload"].pop("urn")
    business.say(away)
    business.say(_record(theirs))
    business.bench.hub.linking.run()
    for each in business.bench.hub.linking.listed(None):
        if each.state == "doubtful":
            business.bench.hub.linking.decide(each.id, same=True, by="somebody")
    assert _told(business, business.person()) == {HOME.probation}


def test_an_area_that_takes_somebody_over_does_not_take_over_whose_number_it_adds(business: Business) -> None:
    person, handed_over = business.person(), _somebody_else(business, HOME)
    business.say(documents.report(person))
    business.say(documents.report(handed_over))
    business.say(_transfer(handed_over))
    business.say(_with(_reply(handed_over), **_pnc(person)))
    assert _told(business, person) == {HOME.probation}


@pytest.mark.parametrize("added_to", ["reply", "review"])
def test_an_area_that_has_taken_somebody_over_reviews_no_entry_of_another_person(
    business: Business, added_to: str
) -> None:
    person, handed_over = business.person(), _somebody_else(business, HOME)
    entry = business.say(_entry(person))
    business.say(_transfer(handed_over))
    reply, review = _reply(handed_over), _review(person)
    if added_to == "reply":
        reply = _with(reply, **_pnc(person))
    else:
        review = _with(review, **_pnc(handed_over))
    business.say(reply)
    business.say(review)
    assert business.clocks(entry) == {"risk_review": "running"}


CRN = "X123456"


@pytest.fixture
def two_people(business: Business) -> tuple[Person, Person]:
    """A person under a hold, and somebody else of whom the exchange knows more messages."""
    held, other = business.person(), _somebody_else(business, HOME)
    business.say(documents.report(held))
    business.say(_with(documents.report(other), crn=CRN))
    return held, other


def _covered(business: Business, person: Person) -> int:
    hold = business.bench.hub.end_of_life.place_hold(Given(pnc=_pnc(person)["pnc_id"]).one(), "officer", "inquiry")
    return hold["covers"]


def test_a_strangers_message_does_not_widen_a_hold(business: Business, two_people: tuple[Person, Person]) -> None:
    held, _ = two_people
    false = business.say(_with(documents.report(held), crn=CRN), by=AWAY.probation)
    assert business.in_quarantine(false)
    assert _covered(business, held) == 2, "what a stranger says of the person is kept, and the other person's is not"


def test_a_hold_by_number_does_not_cover_who_has_another_number(
    business: Business, two_people: tuple[Person, Person]
) -> None:
    held, _ = two_people
    away = Person(held.number, AWAY, held.now)
    business.say(_with(documents.report(away), crn=CRN))
    assert _covered(business, held) == 2


def test_a_hold_still_covers_the_person_under_the_numbers_that_a_party_gives(business: Business) -> None:
    person = business.person()
    business.say(_with(documents.report(person), crn=CRN))
    later = _with(documents.report(person), crn=CRN, name={"surname": "Othername"}) | {"reference": "later"}
    later["payload"]["defendant"].pop("pnc_id")
    later["payload"]["defendant"].pop("date_of_birth")
    business.say(later)
    assert _covered(business, person) == 2
