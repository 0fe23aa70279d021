"""A prisoner who is moved: the report and the entry in the register follow, and only the two prisons say it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.standing.courts_and_areas import AWAY, HOME, OTHER, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message

BEFORE, NOW, THEN = HOME.prison, OTHER.prison, AWAY.prison
CLOCK = "report_after_move"


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 77)


def _received(business: Business, sender: str, to: str, before: str | None, hours: int = 0) -> Message:
    person = business.person()
    payload = {
        "reception_reference": f"RC-{to}",
        "prison": to,
        "from_prison": before,
        "received_at": (person.now + timedelta(hours=hours)).isoformat(),
        "court": person.court(),
        "urn": person.urn(),
        "offender": person.as_offender(),
    }
    return person.message("prisoner_received", sender, payload, f"received-{to}")


def _entry(business: Business, kind: str, **more: Any) -> Message:
    person = business.person()
    register = {"register_reference": "RR-77", "force": person.area.force, "offender": person.as_defendant()}
    return person.message(kind, HOME.probation, register | more, kind)


def _registered(business: Business) -> tuple[str, str]:
    person = business.person()
    day = (person.now + timedelta(days=90)).date().isoformat()
    at = person.now.isoformat()
    entry = _entry(business, "risk_registration", registered_at=at, review_on=day, category="Harm", level="high")
    review = _entry(business, "risk_review", reviewed_at=at, outcome="continued", level="high", next_review_on=day)
    return business.say(entry), business.say(review)


def _sentenced(business: Business) -> str:
    report = business.say(documents.report(business.person()))
    business.say(documents.result(business.person(), 1, True))
    return report


def test_the_report_and_the_entry_with_its_review_follow_a_prisoner_who_is_moved_twice(business: Business) -> None:
    report, (entry, review) = _sentenced(business), _registered(business)
    followed = [("pre_sentence_report", report), ("risk_registration", entry), ("risk_review", review)]
    first = business.say(_received(business, BEFORE, NOW, BEFORE))
    assert sorted(business.got(NOW)) == sorted(followed)
    assert business.clocks(first) == {CLOCK: "met"}
    second = business.say(_received(business, NOW, THEN, NOW))
    assert sorted(business.got(THEN)) == sorted(followed)
    assert business.clocks(second) == {CLOCK: "met"}
    assert ("prisoner_received", second) in business.got(HOME.probation)


def test_the_prison_that_received_may_say_it_once_the_one_before_has_said_it(business: Business) -> None:
    report = _sentenced(business)
    early = business.say(_received(business, NOW, NOW, BEFORE))
    assert business.in_quarantine(early) and business.clocks(early) == {CLOCK: "doubtful"}
    assert business.got(NOW) == []
    business.say(_received(business, BEFORE, NOW, BEFORE))
    assert business.got(NOW) == [("pre_sentence_report", report)]
    again = business.say(_received(business, NOW, NOW, BEFORE) | {"reference": "again"})
    assert business.in_quarantine(again) == []


def test_a_person_who_believes_the_new_prison_lets_everything_follow(business: Business) -> None:
    report, (entry, review) = _sentenced(business), _registered(business)
    early = business.say(_received(business, NOW, NOW, BEFORE))
    business.release(early)
    followed = {("pre_sentence_report", report), ("risk_registration", entry), ("risk_review", review)}
    assert set(business.got(NOW)) == followed


@pytest.mark.parametrize("sender", [THEN, NOW])
def test_a_prison_that_nobody_named_gets_nothing_by_its_word(business: Business, sender: str) -> None:
    _sentenced(business)
    _registered(business)
    business.say(_received(business, sender, sender, None))
    assert business.got(sender) == []


def test_a_prison_that_knows_the_case_does_not_speak_for_two_others(business: Business) -> None:
    _sentenced(business)
    foreign = business.say(_received(business, BEFORE, THEN, NOW))
    assert business.in_quarantine(foreign)
    assert business.got(THEN) == []


def test_the_former_prison_is_owed_nothing_more_and_an_area_that_has_no_report_is_asked(business: Business) -> None:
    sentence = business.say(documents.result(business.person(), 1, True))
    moved = business.say(_received(business, BEFORE, NOW, BEFORE, hours=1))
    assert business.clocks(sentence) == {"report_to_prison": "void"}
    assert business.clocks(moved) == {CLOCK: "running"}
    assert [kind for kind, _ in business.got(HOME.probation)].count("report_request") == 2
    report = business.say(documents.report(business.person()))
    assert ("pre_sentence_report", report) in business.got(NOW)
    assert "pre_sentence_report" not in [kind for kind, _ in business.got(BEFORE)]
    assert business.clocks(moved) == {CLOCK: "met"}


def test_a_word_about_an_earlier_move_that_comes_late_takes_nothing_from_the_later_one(business: Business) -> None:
    business.say(documents.result(business.person(), 1, True))
    business.say(_received(business, BEFORE, NOW, BEFORE, hours=1))
    last = business.say(_received(business, NOW, THEN, NOW, hours=5))
    late = _received(business, NOW, NOW, BEFORE, hours=2)
    business.say(late | {"reference": "late"})
    assert business.clocks(last) == {CLOCK: "running"}


def test_an_entry_that_has_left_the_register_follows_nobody(business: Business) -> None:
    _sentenced(business)
    _registered(business)
    at = business.person().now.isoformat()
    left = _entry(business, "risk_review", reviewed_at=at, outcome="deregistered", next_review_on=None)
    business.say(left | {"reference": "left"})
    business.say(_received(business, BEFORE, NOW, BEFORE))
    assert [kind for kind, _ in business.got(NOW)] == ["pre_sentence_report"]


def test_a_reception_from_court_starts_no_second_clock_and_brings_the_entry(business: Business) -> None:
    entry, review = _registered(business)
    _sentenced(business)
    received = business.say(_received(business, BEFORE, BEFORE, None))
    assert business.clocks(received) == {}
    assert {("risk_registration", entry), ("risk_review", review)} <= set(business.got(BEFORE))
