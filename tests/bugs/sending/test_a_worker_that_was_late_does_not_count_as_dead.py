"""An expired lease counted as the death of a worker, although the worker was only slow, or the clock had jumped. On a
busy machine two messages went to quarantine although no worker had died of them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.exchange.sending.batch_endings import BatchEndings
from hub.store.messages.attempts import Work
from hub.store.messages.claims import Claimed
from tests.conftest import Bench


def _late(bench: Bench, claimed: Claimed, monkeypatch: pytest.MonkeyPatch) -> Claimed:
    """Deliver with a worker whose lease expires while it sends; returns what another worker has claimed meanwhile."""
    again: list[Claimed] = []

    def sending(self: BatchEndings, item: Work) -> bool:
        bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
        again.extend(bench.hub.outbox.claim())
        return original(self, item)

    original = BatchEndings.begin_send
    with monkeypatch.context() as patched:
        patched.setattr(BatchEndings, "begin_send", sending)
        assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 0, "its ending changes nothing"
    [other] = again
    return other


def _deaths(bench: Bench) -> int:
    with bench.hub.store.transaction() as connection:
        return int(connection.execute(text("SELECT deaths FROM delivery")).scalar_one())


def test_a_worker_that_ends_late_is_not_counted_as_dead(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    for _ in range(bench.hub.settings.worker_deaths_max + 1):
        claimed = _late(bench, claimed, monkeypatch)
        assert _deaths(bench) == 0
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 1
    [delivery] = bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
    assert delivery["state"] == "delivered"


def test_what_another_died_of_still_counts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.send(bench.story()["list"])
    [dead] = bench.hub.outbox.claim()
    with monkeypatch.context() as dying:
        dying.setattr("hub.exchange.sending.batches.write_endings", lambda *_: frozenset())
        bench.hub.delivery.deliver(dead.ids, dead.token)
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    [claimed] = bench.hub.outbox.claim()
    assert _deaths(bench) == 1
    _late(bench, claimed, monkeypatch)
    assert _deaths(bench) == 1, "that of the first, and not that of the second"
