"""The input documents of these tests, with made-up people, and a function that sends them."""

import json
from pathlib import Path
from typing import Any

from tests.conftest import Bench

INPUTS = Path(__file__).parent / "inputs"


def send(bench: Bench, name: str) -> list[str]:
    """Hand in the document in the name of its own agency; returns the ids of its messages."""
    body = (INPUTS / name).read_bytes()
    sender = bench.hub.knowledge.preview(body, None, bench.clock)["messages"][0]["sender"]
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(sender), body)
    assert answer.receipt is not None, answer.refused
    return [message["id"] for message in answer.receipt["messages"]]


def received(bench: Bench, agency: str, kind: str) -> list[dict[str, Any]]:
    return [json.loads(item.body()) for item in bench.agencies.received(agency) if item.kind == kind]


def clocks(bench: Bench, name: str = "report_to_prison") -> list[str]:
    return [clock["state"] for clock in bench.hub.deadlines.listed(stopped_too=True, name=name)]
