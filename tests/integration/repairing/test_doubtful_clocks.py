"""A doubtful clock is shown and chased until a person decides. Then it runs with everything that follows, or it is
void."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.errors import Failure, NotFound
from tests.conftest import Bench
from tests.unit.systems.hub_json_messages import sample

BY, WHY = "somebody", "the court was asked"
AREA, PRISON = "probation-northumbria", "prison-durham"


def _doubtful(bench: Bench) -> dict[str, Any]:
    """A result whose code is in no list, so nobody can say whether it is custodial."""
    payload = sample("hearing_result", "custodial")
    payload["hearing_at"] = bench.clock.now().isoformat()
    for offence in payload["offences"]:
        for result in offence["results"]:
            result["code"] = "9999"
    frame = {"kind": "hearing_result", "version": 1, "reference": uuid4().hex, "payload": payload}
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    answer = bench.hub.intake.receive(court, json.dumps(frame).encode())
    assert answer.receipt is not None, answer.refused
    bench.drain()
    (clock,) = bench.hub.deadlines.listed(name="report_to_prison")
    assert clock["state"] == "doubtful"
    return dict(clock)


def _kinds(bench: Bench, agency: str) -> list[str]:
    return [item.kind for item in bench.agencies.received(agency)]


def test_a_clock_that_runs_sends_the_result_and_asks_for_the_report(bench: Bench) -> None:
    clock = _doubtful(bench)
    assert _kinds(bench, PRISON) == []
    bench.hub.doubtful_clocks.decide(UUID(clock["id"]), runs=True, by=BY, because=WHY)
    bench.drain()
    assert _kinds(bench, PRISON) == ["hearing_result"]
    assert "report_request" in _kinds(bench, AREA)
    (running,) = bench.hub.deadlines.listed(name="report_to_prison")
    assert (running["state"], running["due_at"]) == ("running", clock["due_at"])


def test_a_void_clock_ends_and_sends_nothing(bench: Bench) -> None:
    clock = _doubtful(bench)
    bench.hub.doubtful_clocks.decide(UUID(clock["id"]), runs=False, by=BY, because=WHY)
    bench.drain()
    assert bench.hub.deadlines.listed(name="report_to_prison") == []
    (ended,) = bench.hub.deadlines.listed(name="report_to_prison", stopped_too=True)
    assert ended["state"] == "void"
    assert _kinds(bench, PRISON) == []


def test_the_decision_is_in_the_journal_with_person_and_reason(bench: Bench) -> None:
    clock = _doubtful(bench)
    bench.hub.doubtful_clocks.decide(UUID(clock["id"]), runs=False, by=BY, because=WHY)
    journal = bench.hub.stories.show(clock["started_by"])["journal"]
    (entry,) = [each for each in journal if each["event"] == "clock.decided"]
    assert (entry["decided_by"], entry["reason"], entry["state"]) == (BY, WHY, "void")


def test_nobody_decides_twice_or_without_a_reason(bench: Bench) -> None:
    clock = _doubtful(bench)
    with pytest.raises(Failure):
        bench.hub.doubtful_clocks.decide(UUID(clock["id"]), runs=True, by=BY, because="")
    bench.hub.doubtful_clocks.decide(UUID(clock["id"]), runs=True, by=BY, because=WHY)
    with pytest.raises(NotFound):
        bench.hub.doubtful_clocks.decide(UUID(clock["id"]), runs=False, by=BY, because=WHY)


def test_until_then_the_owner_is_chased_and_the_passing_is_reported(bench: Bench) -> None:
    clock = _doubtful(bench)
    bench.clock.advance(timedelta(hours=1, minutes=1))
    bench.hub.sweep.run()
    bench.drain()
    (reminder,) = [json.loads(i.body()) for i in bench.agencies.received(AREA) if i.kind == "clock_reminder"]
    assert "a person must decide" in reminder["payload"]["why"]
    bench.clock.advance(timedelta(hours=48))
    bench.hub.sweep.run()
    journal = bench.hub.stories.show(clock["started_by"])["journal"]
    assert "clock.overdue" in [entry["event"] for entry in journal]
