"""In whatever order the editions of a message arrive, every recipient has the newest one in the end."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.catalogue import Catalogue
from schemas.kind import MessageKind
from schemas.shape import leaves_of, values_at
from tests.conftest import Bench
from tests.unit.systems.hub_json_messages import SAMPLES

MADE_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _whole_samples(kind: MessageKind) -> Iterator[dict[str, Any]]:
    for file in sorted((SAMPLES / kind.name / "samples").glob("*.json")):
        yield json.loads(file.read_bytes())


def _with_editions() -> Iterator[Any]:
    """Every kind that has editions, with a sample of its own."""
    for kind in Catalogue.discover().kinds.values():
        for payload in _whole_samples(kind):
            if kind.payload.model_validate(payload).replaces() is not None:
                yield pytest.param(kind, payload, id=kind.name)
                break


WITH_EDITIONS = list(_with_editions())


def _variant(kind: MessageKind, payload: dict[str, Any], number: int) -> dict[str, Any]:
    """Return another edition of the same message: one text differs that does not identify the matter."""
    key = kind.payload.model_validate(payload).replaces()
    for leaf in leaves_of(kind.payload):
        if leaf.holds is not str or leaf.rule or leaf.placeholder or leaf.code_list:
            continue
        for _, value in values_at(payload, leaf.path):
            changed = json.loads(json.dumps(payload).replace(json.dumps(value), json.dumps(f"edition {number}"), 1))
            try:
                same = kind.payload.model_validate(changed).replaces() == key
            except ValueError:
                continue
            if same and changed != payload:
                return changed
    raise AssertionError(f"no text of {kind.name} can be changed")


def _frame(kind: MessageKind, payload: dict[str, Any], made_at: datetime | None) -> bytes:
    frame = {"kind": kind.name, "version": kind.version, "reference": uuid4().hex, "payload": payload}
    if made_at:
        frame["sent_at"] = made_at.isoformat()
        if "shared_at" in payload:
            payload["shared_at"] = made_at.isoformat()
    return json.dumps(frame).encode()


def _send(bench: Bench, caller: str, body: bytes) -> str:
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(caller), body)
    assert answer.receipt is not None, answer.refused
    return str(answer.receipt["messages"][0]["id"])


SENDERS = ("court-b10jq", "prison-durham")


def _sender(bench: Bench, kind: MessageKind, payload: dict[str, Any]) -> str:
    """Return who may send it under the protocols in force."""
    for agency in (*SENDERS, *bench.hub.knowledge.registry.agencies.by_id):
        preview = bench.hub.knowledge.preview(_frame(kind, payload, None), agency, bench.clock)
        if any(delivery["permitted"] for delivery in preview["deliveries"]):
            return agency
    raise AssertionError(f"nobody may send the sample of {kind.name}")


@pytest.mark.parametrize(("kind", "payload"), WITH_EDITIONS)
def test_the_newest_edition_is_valid_in_whatever_order_they_arrive(
    bench: Bench, kind: MessageKind, payload: dict[str, Any]
) -> None:
    caller = _sender(bench, kind, payload)
    orders = [random.Random(seed).sample(range(4), 4) for seed in range(6)]
    for run, order in enumerate(orders):
        ids = {}
        for number in order:
            made_at = MADE_AT + timedelta(days=run, hours=number)
            ids[number] = _send(bench, caller, _frame(kind, _variant(kind, payload, number + 10 * run), made_at))
            bench.drain()
        newest = bench.hub.stories.show(ids[3])
        assert newest["overtaken_by"] is None
        assert newest["deliveries"], "it goes to somebody"
        for delivery in newest["deliveries"]:
            items = [item for item in bench.agencies.received(delivery["recipient"]) if item.kind == kind.name]
            assert items[-1].message_id == ids[3], f"{order}: the newest edition is the last one there"
        overtaken = [number for place, number in enumerate(order) if any(before > number for before in order[:place])]
        told = [number for number in order if bench.hub.stories.show(ids[number])["state"] == "overtaken"]
        assert told == overtaken


@pytest.mark.parametrize(("kind", "payload"), WITH_EDITIONS)
def test_editions_that_cannot_be_ordered_carry_a_doubt(
    bench: Bench, kind: MessageKind, payload: dict[str, Any]
) -> None:
    caller = _sender(bench, kind, payload)
    payload = {name: value for name, value in payload.items() if name != "shared_at"}
    _send(bench, caller, _frame(kind, _variant(kind, payload, 1), None))
    second = bench.hub.stories.show(_send(bench, caller, _frame(kind, _variant(kind, payload, 2), None)))
    assert second["supersedes"] is not None
    assert "edition.order_unknown" in [doubt["code"] for doubt in second["doubts"]]
