"""Clocks look back when they start, end before what waits for them, and are chased at once when they come too late."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.attacks.standing.courts_and_areas import HOME, OTHER, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message

PREVIOUS, PACKAGE = "previous_convictions_before_report", "case_package_before_report"


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 41)


def _convictions(business: Business) -> Message:
    person = business.person()
    payload = {"urn": person.urn(), "court": person.court(), "defendant": person.as_defendant()}
    return person.message("previous_convictions", HOME.police, payload, "convictions")


def _request(business: Business, **changes: Any) -> Message:
    request = documents.report_request(business.person())
    request["payload"] |= changes
    return request


def _clock(business: Business, name: str) -> dict[str, Any]:
    [clock] = business.bench.hub.deadlines.listed(stopped_too=True, name=name)
    return dict(clock)


def _reminders(business: Business, agency: str) -> list[dict[str, Any]]:
    business.bench.drain()
    items = [item for item in business.bench.agencies.received(agency) if item.kind == "clock_reminder"]
    return [json.loads(item.body())["payload"] for item in items]


def test_previous_convictions_that_came_before_the_request_are_not_owed_any_more(business: Business) -> None:
    business.say(_convictions(business))
    business.bench.drain()
    request = business.say(_request(business))
    clocks = business.clocks(request)
    assert (clocks[PREVIOUS], clocks[PACKAGE]) == ("met", "running")


def test_what_the_area_has_not_received_yet_is_still_owed(business: Business) -> None:
    business.bench.agencies.behave(HOME.probation, "error")
    business.say(_convictions(business))
    business.bench.drain()
    assert business.clocks(business.say(_request(business)))[PREVIOUS] == "running"


def test_feedback_that_came_before_the_notice_of_release_ends_its_clock(business: Business) -> None:
    person = business.person()
    business.say(documents.feedback(person))
    business.bench.drain()
    release = business.say(documents.release(person))
    assert business.clocks(release) == {"feedback_after_release": "met"}


def test_a_report_that_was_written_before_it_was_asked_for_does_not_end_the_clock_of_the_next(
    business: Business,
) -> None:
    business.say(documents.report(business.person()))
    business.bench.drain()
    business.bench.clock.advance(timedelta(days=2))
    request = business.say(_request(business))
    assert business.clocks(request)["report_completed"] == "running"


def test_the_report_makes_void_what_the_prosecutors_still_owe_and_says_so(business: Business) -> None:
    business.say(_convictions(business))
    request = business.say(_request(business))
    business.bench.drain()
    report = business.say(documents.report(business.person()))
    business.bench.drain()
    clocks = business.clocks(request)
    assert (clocks[PREVIOUS], clocks[PACKAGE]) == ("met", "void")
    [item] = [item for item in business.bench.agencies.received(HOME.court) if item.message_id == report]
    assert json.loads(item.body())["payload"]["written_without"] == ["case_package"]


@pytest.mark.parametrize(
    ("report_type", "clock"),
    [
        ("standard", "report_completed"),
        ("specific_sentence", "specific_sentence_report_completed"),
        ("oral", "oral_report_completed"),
    ],
)
def test_each_type_of_report_has_its_own_days_and_is_ended_by_the_report(
    business: Business, report_type: str, clock: str
) -> None:
    request = business.say(_request(business, report_type=report_type))
    assert clock in business.clocks(request)
    business.say(documents.report(business.person()))
    assert business.clocks(request)[clock] == "met"


def test_a_request_that_comes_too_late_says_so_from_the_start_and_counts_apart(business: Business) -> None:
    now = business.bench.clock.now()
    business.say(_request(business, requested_at=now.isoformat(), hearing_at=(now + timedelta(hours=3)).isoformat()))
    clock = _clock(business, "report_before_hearing")
    assert clock["late_from_start"] and "asked for later than that" in clock["why"]
    status = business.bench.hub.status.now()
    assert (status.asked_too_late, status.overdue) == (1, 0)
    material = datetime.fromisoformat(_clock(business, PACKAGE)["due_at"])
    assert material == (now + timedelta(hours=3)).replace(microsecond=material.microsecond), "never after the hearing"


def test_what_is_overdue_when_it_comes_is_chased_at_once_and_then_once_at_each_step(business: Business) -> None:
    long_ago = business.bench.clock.now() - timedelta(days=60)
    business.say(_request(business, requested_at=long_ago.isoformat(), hearing_at=None))
    business.bench.hub.sweep.run()
    business.bench.hub.sweep.run()
    chased = [each for each in _reminders(business, HOME.probation) if each["clock"] == "report_completed"]
    assert [(each["overdue"], each["step"]) for each in chased] == [(True, "area")]


def test_each_step_of_the_ladder_comes_once_and_whoever_waits_is_told_once(business: Business) -> None:
    business.say(_request(business, hearing_at=None))
    due = datetime.fromisoformat(_clock(business, "report_completed")["due_at"])
    for day in range(16):
        business.bench.clock.advance(due + timedelta(days=day, minutes=1) - business.bench.clock.now())
        business.bench.hub.sweep.run()
    chased = [each for each in _reminders(business, HOME.probation) if each["clock"] == "report_completed"]
    assert [each["step"] for each in chased if each["overdue"]] == ["officer", "team", "division", "area"]
    told = [each for each in _reminders(business, HOME.court) if each["clock"] == "report_completed"]
    assert [(each["to"], each["owner"], each["overdue"]) for each in told] == [(HOME.court, HOME.probation, True)]


def test_the_48_hours_are_reminded_of_24_6_and_1_hours_before(business: Business) -> None:
    business.say(documents.result(business.person(), 1, True))
    due = datetime.fromisoformat(_clock(business, "report_to_prison")["due_at"])
    for hours in (30, 24, 12, 6, 3, 1):
        business.bench.clock.advance(due - timedelta(hours=hours) + timedelta(seconds=1) - business.bench.clock.now())
        business.bench.hub.sweep.run()
    reminded = [each for each in _reminders(business, HOME.probation) if each["clock"] == "report_to_prison"]
    assert len(reminded) == 3
    assert not any(each["overdue"] for each in reminded)


def test_a_prison_is_not_told_which_area_it_waits_for_if_the_exchange_found_it(business: Business) -> None:
    person = business.person()
    business.say(documents.supervision_started(person))
    business.say(documents.transfer(person, OTHER))
    business.say(documents.transfer_reply(person, OTHER))
    business.say(documents.release(person))
    business.bench.hub.linking.run()
    assert _clock(business, "feedback_after_release")["owner"] == OTHER.probation
    business.bench.clock.advance(timedelta(days=120))
    business.bench.hub.sweep.run()
    told = _reminders(business, HOME.prison)
    assert [each for each in told if each["clock"] == "feedback_after_release"] == []


def _asked_of_the_area(business: Business) -> list[tuple[str, bool | None]]:
    business.bench.drain()
    items = [item for item in business.bench.agencies.received(HOME.probation) if item.kind == "report_request"]
    said = [json.loads(item.body()) for item in items]
    return [(each["sender"], each["payload"].get("no_longer_needed")) for each in said]


def test_an_amended_result_withdraws_the_exchanges_own_request(business: Business) -> None:
    person = business.person()
    business.say(documents.result(person, 1, True))
    business.say(documents.result(person, 2, False))
    assert _asked_of_the_area(business) == [("hub", None), ("hub", True)]


def test_a_result_that_is_said_again_withdraws_nothing(business: Business) -> None:
    person = business.person()
    business.say(documents.result(person, 1, True))
    business.say(documents.result(person, 2, True))
    assert _asked_of_the_area(business) == [("hub", None)]
