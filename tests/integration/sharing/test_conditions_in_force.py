"""The conditions of the shipped protocols, on messages that are really sent and delivered."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import schemas.kinds
from hub.exchange.message.receipts import Answer
from hub.lifecycle import DeliveryState
from tests.conftest import Bench

SAMPLES = Path(schemas.kinds.__path__[0])
AREA = "probation-northumbria"


def sent(bench: Bench, kind: str, caller: str, change: Any) -> Answer:
    payload = json.loads((SAMPLES / kind / "samples" / "minimal.json").read_text())
    change(payload)
    frame = {"kind": kind, "version": 1, "reference": uuid4().hex, "payload": payload}
    return bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(caller), json.dumps(frame).encode())


def people(born: str, **more: object) -> Any:
    """The list of one court with two people; the second was born in 1970."""

    def change(payload: dict[str, Any]) -> None:
        person = {
            "name": {"surname": "Pennywhistle"},
            "address": {"lines": ["1 Sample Street"], "postcode": "ZX99 9ZZ"},
            "sex": "male",
        }
        first = {"number": "1", "defendant": {**person, "date_of_birth": born, **more}}
        second = {"number": "2", "defendant": {**person, "date_of_birth": "1970-01-01"}}
        payload["sessions"] = [{"on": payload["date"], "cases": [first, second]}]

    return change


def received(bench: Bench) -> list[dict[str, Any]]:
    bench.drain()
    payload = json.loads(bench.agencies.received(AREA)[-1].body())["payload"]
    return [case["defendant"] for session in payload["sessions"] for case in session["cases"]]


def test_the_area_of_a_court_does_not_learn_where_a_child_lives(bench: Bench) -> None:
    seventeen = bench.clock.now() - timedelta(days=17 * 366)
    answer = sent(bench, "court_list", "court-b10jq", people(seventeen.date().isoformat()))
    assert answer.receipt is not None, answer.refused
    child, adult = received(bench)
    assert "address" not in child and adult["address"]["postcode"] == "ZX99 9ZZ"
    message_id = answer.receipt["messages"][0]["id"]
    explained = bench.hub.evidence.explain(message_id, AREA).fields
    lines = [(line.count, line.passed, line.clause) for line in explained if line.path.endswith("address.postcode")]
    assert lines == [
        (1, True, "clause 'listing' lists category:contact"),
        (1, False, "condition 'children' (under_18) withholds category:contact"),
    ]


def test_a_restricted_record_of_a_list_keeps_to_itself_and_the_next_one_does_not(bench: Bench) -> None:
    sent(bench, "court_list", "court-b10jq", people("1970-01-01", restricted=True))
    restricted, other = received(bench)
    assert "address" not in restricted and "sex" not in restricted and "address" in other


def test_a_restricted_record_is_not_transferred_and_its_sender_learns_which_condition_applies(bench: Bench) -> None:
    def restrict(payload: dict[str, Any]) -> None:
        payload["offender"]["restricted"] = True

    answer = sent(bench, "case_transfer", "probation-cheshire", restrict)
    assert answer.receipt is None
    [problem] = answer.refused
    assert problem.code == "condition.refused"
    assert "condition 'restricted' of protocol case-transfers version 2 refuses such records" in problem.problem


def test_what_waits_is_decided_again_by_the_age_of_that_day(bench: Bench) -> None:
    """Recorded when the person was a child, sent after the person has come of age."""
    nearly = bench.clock.now().date().replace(day=1) - timedelta(days=18 * 365 - 30)
    answer = sent(bench, "court_list", "court-b10jq", people(nearly.isoformat()))
    assert answer.receipt is not None, answer.refused
    [delivery] = bench.hub.stories.show(answer.receipt["messages"][0]["id"])["deliveries"]
    assert any(held["reason"].startswith("condition 'children'") for held in delivery["withheld"])
    bench.clock.advance(timedelta(days=90))
    assert all("address" in person for person in received(bench))
    [delivery] = bench.hub.stories.show(answer.receipt["messages"][0]["id"])["deliveries"]
    assert delivery["state"] == DeliveryState.DELIVERED
    assert not any(held["reason"].startswith("condition") for held in delivery["withheld"])


@pytest.mark.parametrize("known", [True, False])
def test_research_gets_no_record_of_which_it_is_not_known_that_it_is_an_adults(bench: Bench, known: bool) -> None:
    def born(payload: dict[str, Any]) -> None:
        payload["offender"].pop("date_of_birth", None)
        if known:
            payload["offender"]["date_of_birth"] = "1970"

    answer = sent(bench, "reconviction_link", "police-northumbria", born)
    assert answer.receipt is not None, answer.refused
    deliveries = bench.hub.stories.show(answer.receipt["messages"][0]["id"])["deliveries"]
    assert [delivery["recipient"] for delivery in deliveries].count("research") <= known
    assert any(delivery["protocol"].startswith("reconvictions-for-research") for delivery in deliveries) is known
