"""The lease began when a task was put into the queue. A task that had waited there was still being sent when the lease
ended, which counted as the death of its worker; after four times, a harmless message was in quarantine."""

from datetime import timedelta
from typing import Any

import pytest

from hub.exchange.sending.batch_endings import BatchEndings
from hub.store.messages.attempts import Work
from hub.store.messages.claims import Claimed
from tests.conftest import Bench

AREA = "probation-northumbria"


def test_a_task_that_waited_in_the_queue_has_its_time_to_send(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, begin_send = bench.hub.settings.lease_seconds, BatchEndings.begin_send
    claimed_meanwhile: list[Claimed] = []

    def slowly(self: BatchEndings, item: Work) -> bool:
        bench.clock.advance(timedelta(seconds=10))
        claimed_meanwhile.extend(bench.hub.outbox.claim())
        return begin_send(self, item)

    receipt: Any = bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    bench.clock.advance(timedelta(seconds=seconds - 5))
    monkeypatch.setattr(BatchEndings, "begin_send", slowly)
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 1
    assert claimed_meanwhile == []
    [delivery] = bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)


def test_what_was_begun_comes_back_when_its_own_time_is_over(bench: Bench) -> None:
    bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds - 5))
    with pytest.MonkeyPatch.context() as dying:
        dying.setattr("hub.exchange.sending.batches.write_endings", lambda *_: frozenset())
        bench.hub.delivery.deliver(claimed.ids, claimed.token)
    bench.clock.advance(timedelta(seconds=10))
    assert bench.hub.outbox.claim() == ()
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds))
    assert bench.drain() == 1
