"""A case that had not been reached was sent to the police and to probation as a result without results."""

import json
from typing import Any
from uuid import uuid4

from tests.conftest import Bench
from tests.unit.systems.hub_json_messages import sample


def _sent(bench: Bench, shared_at: str, **offence: Any) -> dict[str, Any]:
    payload = sample("hearing_result", "custodial") | {"shared_at": shared_at, "hearing_id": "h-1"}
    payload["offences"] = [one | offence for one in payload["offences"]]
    frame = {"kind": "hearing_result", "version": 1, "reference": uuid4().hex, "payload": payload}
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    answer = bench.hub.intake.receive(court, json.dumps(frame).encode())
    assert answer.receipt is not None, answer.refused
    return bench.hub.stories.show(answer.receipt["messages"][0]["id"])


MORNING, NOON = "2026-03-02T09:00:00+00:00", "2026-03-02T12:00:00+00:00"


def test_the_first_edition_without_results_goes_to_nobody(bench: Bench) -> None:
    story = _sent(bench, MORNING, results=[])
    assert (story["deliveries"], story["state"]) == ([], "delivered")
    assert "edition.says_nothing" in [doubt["code"] for doubt in story["doubts"]]
    later = _sent(bench, NOON)
    assert later["supersedes"] == story["id"]
    assert later["deliveries"]


def test_a_later_one_takes_back_what_was_said(bench: Bench) -> None:
    first = _sent(bench, MORNING)
    story = _sent(bench, NOON, results=[])
    assert story["supersedes"] == first["id"]
    assert story["deliveries"]


def test_what_was_withdrawn_before_it_came_stays_withdrawn(bench: Bench) -> None:
    withdrawn = _sent(bench, NOON, results=[])
    assert _sent(bench, MORNING)["overtaken_by"] == withdrawn["id"]
