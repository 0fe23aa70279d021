"""A clock was judged by the time at which a batch was recorded. If twenty sends to a slow partner came after it, a
receipt that came in time counted as missed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.exchange.sending import batches
from tests.conftest import Bench

PRISON = "prison-durham"


def test_the_clock_stops_at_the_receipt(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    story, write = bench.story(), batches.write_endings

    def write_later(store: Any, held: Any, _: datetime, policy: Any) -> frozenset[UUID]:
        bench.clock.advance(timedelta(seconds=30))
        return write(store, held, bench.clock.now(), policy)

    sentenced: Any = bench.send(story["sentence"])
    bench.drain()
    bench.send(story["report"])
    [running] = bench.hub.deadlines.listed(name="report_to_prison")
    due = datetime.fromisoformat(running["due_at"])
    bench.clock.advance(due - bench.clock.now() - timedelta(seconds=10))
    [claimed] = [each for each in bench.hub.outbox.claim() if each.recipient == PRISON]
    monkeypatch.setattr(batches, "write_endings", write_later)
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 1
    assert bench.clock.now() > due
    [clock] = bench.hub.deadlines.listed(stopped_too=True, name="report_to_prison")
    assert clock["state"] == "met"
    assert sentenced["messages"][0]["id"] == clock["started_by"]
