"""What follows when a person believes a message that had no standing: all that would have followed at once."""

import json
from datetime import datetime, timedelta

import pytest

from hub.store.persons import candidates
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents


@pytest.fixture
def business(bench: Bench) -> Business:
    bench.clock.stand_still()
    return Business(bench, 41)


def test_a_believed_report_ends_the_clock_that_it_answers_and_is_sent_on(business: Business) -> None:
    request = business.say(documents.report_request(business.person()))
    result = business.say(documents.result(business.person(), 1, True))
    report = business.say(documents.report(business.person()), by=AWAY.probation)
    assert business.clocks(request)["report_completed"] == "running"
    business.release(report)
    assert business.clocks(request)["report_completed"] == "met"
    assert ("pre_sentence_report", report) in business.got(HOME.prison)
    assert business.clocks(result)["report_to_prison"] == "met"


def test_a_believed_result_without_a_report_asks_for_one_and_reminds_only_of_what_is_to_come(
    business: Business,
) -> None:
    business.say(documents.report_request(business.person()))
    result = business.say(business.result_of_another_court())
    assert business.clocks(result) == {"report_to_prison": "doubtful"}
    business.bench.clock.advance(timedelta(hours=47))
    business.release(result)
    assert business.clocks(result) == {"report_to_prison": "running"}
    business.bench.clock.advance(timedelta(minutes=1))
    assert business.bench.hub.sweep.run()["reminded"] == 0, "every reminder before the last hour is past"
    assert ("report_request") in [kind for kind, _ in business.got(AWAY.probation)]


@pytest.mark.parametrize(("before", "reminded"), [(timedelta(0), False), (timedelta(microseconds=1), True)])
def test_a_reminder_of_the_very_moment_at_which_it_is_believed_is_past(
    business: Business, before: timedelta, reminded: bool
) -> None:
    business.say(documents.report_request(business.person()))
    false = documents.report_request(business.person(AWAY))
    request = business.say(false, urn=business.person().urn())
    due = {
        each["clock"]: each["due_at"] for each in business.bench.hub.deadlines.listed() if each["started_by"] == request
    }
    last_day = datetime.fromisoformat(due["report_completed"]) - timedelta(hours=24)
    business.bench.clock.advance(last_day - before - business.bench.clock.now())
    business.bench.hub.sweep.run()

    def reminders() -> list[str]:
        business.bench.drain()
        items = [each for each in business.bench.agencies.received(AWAY.probation) if each.kind == "clock_reminder"]
        said = [json.loads(each.body())["payload"] for each in items]
        return [each["due_at"] for each in said if each["clock"] == "report_completed"]

    chased = reminders()
    business.release(request)
    business.bench.clock.advance(before)
    business.bench.hub.sweep.run()
    assert (len(reminders()) > len(chased)) is reminded


def test_a_believed_result_for_a_prison_that_nobody_knows_runs_and_is_sent_to_no_prison(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court(), receiving_prison="HMP Nowhere at all")
    business.release(result)
    assert business.clocks(result) == {"report_to_prison": "running"}
    assert ("pre_sentence_report", report) not in business.got(AWAY.prison)


def test_a_believed_edition_replaces_the_former_one_and_voids_its_clock(business: Business) -> None:
    business.say(documents.report(business.person()))
    first = business.say(business.result_of_another_court())
    changed = business.result_of_another_court(custodial=False)
    second = business.say(changed | {"reference": "the second edition"})
    business.release(first)
    assert business.clocks(first) == {"report_to_prison": "running"}
    business.release(second)
    assert business.clocks(first) == {"report_to_prison": "void"}
    assert business.bench.hub.stories.show(second)["supersedes"] == first
    assert ("hearing_result", second) in business.got(AWAY.prison), "who had the first edition gets the second"


def test_the_area_of_a_believed_report_has_the_person_among_its_own(business: Business) -> None:
    business.say(documents.report_request(business.person()))
    report = business.say(documents.report(business.person()), by=AWAY.probation)

    def known() -> int:
        with business.bench.hub.store.transaction() as connection:
            return candidates.count(connection, AWAY.probation).all

    assert known() == 0
    business.release(report)
    assert known() == 1
