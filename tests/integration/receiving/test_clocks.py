"""Clocks to the second: when they start, whether they were met, and when their owner is reminded."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.errors import ValueUnusable
from hub.local.demonstration.stories import Step
from tests.conftest import Bench

NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)  # a Wednesday in winter time, with no bank holiday for a fortnight


def _at(bench: Bench, moment: datetime) -> None:
    bench.clock.advance(moment - bench.clock.now())


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """It stands still at noon."""
    bench.clock.stand_still()
    _at(bench, NOON)
    return bench


def _asked(request: Step, at: datetime, hearing: datetime) -> Step:
    document = json.loads(request.body)
    document["payload"] |= {"requested_at": at.isoformat(), "hearing_at": hearing.isoformat()}
    return replace(request, body=json.dumps(document).encode())


def _clock(bench: Bench, name: str) -> dict[str, Any]:
    [found] = bench.hub.deadlines.listed(stopped_too=True, name=name)
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_pages_of_the_deadlines_are_the_list_without_a_gap_and_each_clock_is_found_by_its_id(bench: Bench) -> None:
    bench.send(bench.story()["request"])
    bench.send(bench.story()["list"])
    every = bench.hub.deadlines.listed(stopped_too=True)
    assert len(every) > 1
    pages, last = [], None
    while page := bench.hub.deadlines.listed(stopped_too=True, after=last, limit=1):
        pages += page
        last = UUID(page[-1]["id"])
    assert pages == every
    assert [bench.hub.deadlines.find(UUID(each["id"])) for each in every] == every
    assert bench.hub.deadlines.find(uuid4()) is None
    with pytest.raises(ValueUnusable, match="no clock with that id"):
        bench.hub.deadlines.listed(after=uuid4())


def test_a_clock_starts_at_its_anchor_but_one_that_counts_back_starts_when_the_message_came(bench: Bench) -> None:
    hearing = NOON + timedelta(days=30)
    bench.send(_asked(bench.story()["request"], NOON - timedelta(days=1), hearing))
    forward, backward = _clock(bench, "report_completed"), _clock(bench, "report_before_hearing")
    assert _moment(forward["starts_at"]) == NOON - timedelta(days=1)
    assert _moment(forward["due_at"]) == datetime(2027, 4, 1, 22, 59, 59, tzinfo=UTC), "Good Friday was a day later"
    assert _moment(backward["starts_at"]) == NOON
    assert _moment(backward["due_at"]) == hearing - timedelta(hours=24)
    assert backward["age_days"] == 0


@pytest.mark.parametrize(("late", "state"), [(timedelta(0), "met"), (timedelta(microseconds=1), "missed")])
def test_a_clock_is_met_up_to_the_very_moment_that_it_is_due(bench: Bench, late: timedelta, state: str) -> None:
    story = bench.story()
    bench.send(_asked(story["request"], NOON, NOON + timedelta(days=30)))
    _at(bench, _moment(_clock(bench, "report_completed")["due_at"]) + late)
    assert _clock(bench, "report_completed")["overdue"] is (state == "missed")
    bench.send(story["report"])
    assert _clock(bench, "report_completed")["state"] == state


def test_a_clock_is_overdue_after_its_moment_and_not_at_it(bench: Bench) -> None:
    bench.send(bench.story()["sentence"])
    _at(bench, _moment(_clock(bench, "report_to_prison")["due_at"]))
    assert bench.hub.sweep.run()["overdue"] == 0
    bench.clock.advance(timedelta(microseconds=1))
    assert bench.hub.sweep.run()["overdue"] == 1


def _reminders(bench: Bench, hours: range) -> list[tuple[int, int]]:
    """Return (hours from now, reminded owners) of the sweeps that remind anybody."""
    found = []
    for hour in hours:
        _at(bench, NOON + timedelta(hours=hour))
        if reminded := bench.hub.sweep.run()["reminded"]:
            found.append((hour, reminded))
    return found


def test_reminders_that_were_due_before_the_message_came_are_left_out(bench: Bench) -> None:
    """15 working days from 18 February end on 11 March, 36 hours from now. The report's reminder of three days before
    is past; those of the last day, of the end and of the day after are still to come. The material was due on 8 March:
    it is chased at once, and again by the step of three working days."""
    bench.send(_asked(bench.story()["request"], datetime(2027, 2, 18, 9, tzinfo=UTC), NOON + timedelta(days=30)))
    assert _moment(_clock(bench, "report_completed")["due_at"]) == datetime(2027, 3, 11, 23, 59, 59, tzinfo=UTC)
    assert _reminders(bench, range(0, 72, 4)) == [(0, 2), (12, 1), (36, 3), (60, 1)]


def test_each_clock_is_in_the_journal_when_it_starts_and_when_it_ends(bench: Bench) -> None:
    story = bench.story()
    request = bench.send(_asked(story["request"], NOON, NOON + timedelta(days=30)))["messages"][0]["id"]
    report = bench.send(story["report"])["messages"][0]["id"]

    def told(message: str, event: str) -> list[dict[str, Any]]:
        return [entry for entry in bench.hub.stories.show(message)["journal"] if entry["event"] == event]

    started = {entry["clock"]: entry for entry in told(request, "clock.started")}
    assert {"report_completed", "report_before_hearing"} <= started.keys()
    assert _moment(started["report_completed"]["due_at"]) == _moment(_clock(bench, "report_completed")["due_at"])
    [met] = told(report, "clock.met")
    assert (met["clock"], met["started_by"]) == ("report_completed", request)
