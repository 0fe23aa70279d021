"""The court named a prison for the sentence, but the area's usual prison got the result and the report."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Bench
from tests.unit.systems.hub_json_messages import sample


def _result(prison: str | None) -> bytes:
    payload = sample("hearing_result", "custodial") | ({"receiving_prison": prison} if prison else {})
    frame = {"kind": "hearing_result", "version": 1, "reference": uuid4().hex, "payload": payload}
    return json.dumps(frame).encode()


def _sent(bench: Bench, prison: str | None) -> dict[str, Any]:
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    answer = bench.hub.intake.receive(court, _result(prison))
    assert answer.receipt is not None, answer.refused
    return bench.hub.stories.show(answer.receipt["messages"][0]["id"])


def _prisons(story: dict[str, Any]) -> list[str]:
    return [d["recipient"] for d in story["deliveries"] if d["recipient"].startswith("prison-")]


def test_without_a_named_prison_the_usual_one_receives(bench: Bench) -> None:
    story = _sent(bench, None)
    assert _prisons(story) == ["prison-durham"]
    assert not [doubt for doubt in story["doubts"] if doubt["code"].startswith("prison.")]


def test_a_named_prison_receives_and_the_difference_is_a_doubt(bench: Bench) -> None:
    story = _sent(bench, "HMP Bedford, St Loyes Street")
    assert _prisons(story) == ["prison-bedford"]
    assert "prison.not_the_usual_one" in [doubt["code"] for doubt in story["doubts"]]
    assert [clock["toward"] for clock in story["clocks"]] == ["prison-bedford"]


def test_a_named_prison_that_is_unknown_sends_nothing_to_another(bench: Bench) -> None:
    story = _sent(bench, "HMP Nowhere-on-Sea")
    assert _prisons(story) == []
    assert "prison.name_unknown" in [doubt["code"] for doubt in story["doubts"]]
    assert [clock["clock"] for clock in story["clocks"]] == ["report_to_prison"]


@pytest.mark.parametrize("born", ["2061-03-02", "2022-01-01", "1880-01-01", "1900-01-01", "1970-01-01"])
def test_a_date_of_birth_that_cannot_be_chooses_no_prison(bench: Bench, born: str) -> None:
    payload = sample("hearing_result", "custodial")
    payload["defendant"]["date_of_birth"] = born
    frame = {"kind": "hearing_result", "version": 1, "reference": uuid4().hex, "payload": payload}
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    answer = bench.hub.intake.receive(court, json.dumps(frame).encode())
    assert answer.receipt is not None, answer.refused
    story = bench.hub.stories.show(answer.receipt["messages"][0]["id"])
    assert _prisons(story) == ["prison-durham"], "as without a date of birth"
    assert [doubt for doubt in story["doubts"] if "birth" in doubt["code"] or "birth" in doubt["where"]]
