"""A batch that was leased before a person paused its partner was still sent: up to fifty messages, a minute and more
after `hub partners pause` had reported that nothing is sent."""

from typing import Any

import pytest

from hub.exchange.sending.batch_endings import BatchEndings
from hub.store.messages.attempts import Work
from tests.conftest import Bench

AREA = "probation-northumbria"


def _pause(bench: Bench) -> None:
    bench.hub.partners.pause(AREA, "operator-one", "their system is being moved")


def test_nothing_of_a_batch_that_waited_in_the_queue_is_sent(bench: Bench) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    _pause(bench)
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 0
    assert bench.agencies.received(AREA) == []
    [delivery] = bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("waiting", 0)
    assert delivery["why"].startswith("waiting: partner paused by operator-one")
    bench.hub.partners.resume(AREA, "operator-one")
    assert bench.drain() == 1


def test_what_is_being_sent_is_not_called_back_and_the_next_is_not_begun(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_send = BatchEndings.begin_send

    def paused_meanwhile(self: BatchEndings, item: Work) -> bool:
        _pause(bench)
        return begin_send(self, item)

    for _ in range(3):
        bench.send(bench.story()["request"])
    [claimed] = [each for each in bench.hub.outbox.claim() if each.recipient == AREA]
    assert len(claimed.ids) == 3
    monkeypatch.setattr(BatchEndings, "begin_send", paused_meanwhile)
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 1
