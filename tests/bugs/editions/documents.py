"""The input documents of these tests, with made-up people, and a function that sends them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Bench

INPUTS = Path(__file__).parent / "inputs"


def send(bench: Bench, name: str) -> list[str]:
    """Hand in the document in the name of its own agency; returns the ids of its messages."""
    return send_body(bench, (INPUTS / name).read_bytes())


def changed(name: str, *changes: Callable[[Any], object]) -> Any:
    """Return the JSON document with these changes."""
    tree = json.loads((INPUTS / name).read_bytes())
    for change in changes:
        change(tree)
    return tree


def first_defendant(tree: Any) -> Any:
    return tree["hearing"]["prosecutionCases"][0]["defendants"][0]


def first_result(tree: Any) -> Any:
    return first_defendant(tree)["offences"][0]["judicialResults"][0]


def send_tree(bench: Bench, tree: Any, caller: str | None = None) -> list[str]:
    return send_body(bench, json.dumps(tree).encode(), caller)


def send_body(bench: Bench, body: bytes, caller: str | None = None) -> list[str]:
    """Without a `caller`, the sender hands it in itself."""
    sender = caller or bench.hub.knowledge.preview(body, None, bench.clock)["messages"][0]["sender"]
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(sender), body)
    assert answer.receipt is not None, answer.refused
    return [message["id"] for message in answer.receipt["messages"]]


def received(bench: Bench, agency: str, kind: str) -> list[dict[str, Any]]:
    return [json.loads(item.body()) for item in bench.agencies.received(agency) if item.kind == kind]


def clocks(bench: Bench, name: str = "report_to_prison") -> list[str]:
    return [clock["state"] for clock in bench.hub.deadlines.listed(stopped_too=True, name=name)]
