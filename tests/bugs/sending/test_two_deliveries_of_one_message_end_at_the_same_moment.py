"""Two workers that ended two deliveries of one message at the same moment waited for each other. One of them lost what
it had written, and its recipient got the message again when the lease was over."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from hub.exchange.sending.delivery import Delivering
from hub.exchange.sending.preparation import Preparing
from hub.store.messages import messages
from tests.conftest import Bench


def test_both_endings_are_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_written, settle = Barrier(2, timeout=20), messages.settle

    def settle_together(*given: Any) -> None:
        both_have_written.wait()
        settle(*given)

    receipt: Any = bench.send(bench.story()["result"])
    [id] = [message["id"] for message in receipt["messages"]]
    deliveries = {delivery["id"] for delivery in bench.hub.stories.show(id)["deliveries"]}
    together = [each for each in bench.hub.outbox.claim() if {str(one) for one in each.ids} & deliveries][:2]
    assert len(together) == 2
    monkeypatch.setattr(messages, "settle", settle_together)
    processes = [Delivering(bench.hub.wiring, Preparing(bench.hub.wiring)) for _ in together]  # each writes by itself
    with ThreadPoolExecutor(2) as workers:
        ended = list(workers.map(lambda one, each: one.deliver(each.ids, each.token), processes, together))
    assert ended == [len(each.ids) for each in together]
