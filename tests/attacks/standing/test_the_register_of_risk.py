"""The register of risk: an entry goes along, the duty to review passes on, late reviews come first."""

from datetime import timedelta
from typing import Any

import pytest

from hub.errors import Failure
from hub.exchange.telling.risk_register import WantedEntries
from hub.journal.events import Event
from schemas.parts.person import Defendant
from tests.attacks.standing.courts_and_areas import AWAY, HOME, OTHER, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message, Person


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 88)


def _message(kind: str, person: Person, sender: str, **more: Any) -> Message:
    reference = {"register_reference": f"RR-{person.number}", "force": HOME.force, "offender": person.as_defendant()}
    return person.message(kind, sender, reference | more, f"{kind}-{sender}")


def _entry(business: Business, number: int = 88, due_in: int = 60, **more: Any) -> str:
    person = Person(number, HOME, business.person().now)
    day = (person.now + timedelta(days=due_in)).date().isoformat()
    at = (person.now - timedelta(days=90)).isoformat()
    said = {"registered_at": at, "review_on": day, "category": "Harm", "level": "high"} | more
    return business.say(_message("risk_registration", person, HOME.probation, **said))


def _review(business: Business, sender: str, **more: Any) -> str:
    person = business.person()
    day = (person.now + timedelta(days=100)).date().isoformat()
    said = {"reviewed_at": person.now.isoformat(), "outcome": "continued", "next_review_on": day} | more
    return business.say(_message("risk_review", person, sender, **said))


def _transfer(business: Business) -> None:
    business.say(documents.transfer(business.person(), OTHER))


def _accepted(business: Business) -> None:
    business.say(documents.transfer_reply(business.person(), OTHER))


def _listed(business: Business, **wanted: Any) -> list[Any]:
    return list(business.bench.hub.register.listed("somebody", "a test of the list", WantedEntries(**wanted)))


def test_the_entry_goes_along_with_a_transfer_and_an_acceptance_passes_the_duty_on(business: Business) -> None:
    entry = _entry(business)
    _transfer(business)
    assert ("risk_registration", entry) in business.got(OTHER.probation)
    assert [each["area"] for each in _listed(business)] == [HOME.probation]
    _accepted(business)
    assert [each["area"] for each in _listed(business)] == [OTHER.probation]
    review = _review(business, OTHER.probation)
    assert business.clocks(entry) == {"risk_review": "met"}
    assert business.clocks(review) == {"risk_review": "running"}


def test_an_acceptance_that_nobody_asked_for_passes_no_duty_on(business: Business) -> None:
    _entry(business)
    _accepted(business)
    assert [each["area"] for each in _listed(business)] == [HOME.probation]


def test_a_review_reaches_everybody_who_was_told_though_it_names_nobody(business: Business) -> None:
    _entry(business, inform=[AWAY.probation])
    _transfer(business)
    review = _review(business, HOME.probation)
    for agency in (AWAY.probation, OTHER.probation, HOME.police):
        assert ("risk_review", review) in business.got(agency)
    assert ("risk_review", review) not in business.got(HOME.probation)


def test_a_review_of_a_stranger_reaches_nobody(business: Business) -> None:
    _entry(business, inform=[OTHER.probation])
    review = _review(business, AWAY.probation)
    assert business.in_quarantine(review)
    assert ("risk_review", review) not in business.got(OTHER.probation)


def test_late_reviews_come_first_and_the_list_is_limited_by_each_of_its_words(business: Business) -> None:
    codes = {"categories": ["domestic_abuse"], "mappa_category": "3", "mappa_level": "2"}
    _entry(business, 88, due_in=30, division="North", team="Tyne", officer="One", **codes)
    _entry(business, 89, due_in=-7, division="North", team="Wear", officer="Two")
    _entry(business, 90, due_in=-2, division="South", team="Tees", officer="Three")
    found = _listed(business)
    assert [(each["team"], each["late_days"]) for each in found] == [("Wear", 7), ("Tees", 2), ("Tyne", None)]
    assert (found[2]["categories"], found[2]["mappa"]) == (["domestic_abuse"], "category 3, level 2")
    assert [each["team"] for each in _listed(business, late=True)] == ["Wear", "Tees"]
    for wanted in ({"division": "north"}, {"team": "WEAR"}, {"officer": "two"}, {"area": HOME.probation}):
        assert "Wear" in [each["team"] for each in _listed(business, **wanted)]
    assert _listed(business, area=AWAY.probation) == []
    sought = Defendant.model_validate({"pnc_id": Person(90, HOME, business.person().now).as_defendant()["pnc_id"]})
    assert [each["team"] for each in _listed(business, person=sought)] == ["Tees"]


def test_what_a_review_leaves_as_it_was_is_shown_as_the_entry_says_it_and_who_has_left_is_not(
    business: Business,
) -> None:
    _entry(business, team="Tyne", categories=["self_harm"])
    _review(business, HOME.probation, level="low")
    [shown] = _listed(business)
    assert (shown["team"], shown["categories"], shown["level"]) == ("Tyne", ["self_harm"], "low")
    person = business.person()
    left = {"reviewed_at": person.now.isoformat(), "outcome": "deregistered"}
    business.say(_message("risk_review", person, HOME.probation, **left) | {"reference": "left"})
    assert _listed(business) == []


def test_each_list_stands_in_the_journal_with_its_reason_and_without_values(business: Business) -> None:
    _entry(business, team="Tyne")
    _listed(business, team="Tyne", late=True)
    [read] = business.bench.hub.evidence.entries(0, 100, Event.REGISTER_READ)
    detail = read["detail"]
    assert (detail["by"], detail["only"], detail["entries"]) == ("somebody", ["team", "late"], 0)
    with pytest.raises(Failure):
        business.bench.hub.register.listed("somebody", " ", WantedEntries())
