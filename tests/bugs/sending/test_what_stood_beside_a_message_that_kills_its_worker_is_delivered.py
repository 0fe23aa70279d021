"""After its worker had died, a batch was tried again as a whole, so its innocent members were quarantined too."""

from datetime import timedelta

from hub.store.messages import attempts
from tests.conftest import Bench


def test_what_stood_beside_a_message_that_kills_its_worker_is_delivered(bench: Bench) -> None:
    bench.send(bench.story()["list"])
    for _ in range(3):
        bench.send(bench.story()["request"])
    killer: object = None
    for _ in range(20):
        for claimed in bench.hub.outbox.claim():
            killer = killer or claimed.ids[0]
            if killer in claimed.ids:
                with bench.hub.store.transaction() as connection:
                    begun = attempts.begin(
                        connection,
                        claimed.ids,
                        claimed.token,
                        bench.clock.now(),
                        timedelta(seconds=bench.hub.settings.lease_seconds),
                    )
                assert len(begun) == 1 or begun[0].deaths == 0, "it takes nothing with it a second time"
            else:
                bench.hub.delivery.deliver(claimed.ids, claimed.token)
        bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    assert len(bench.agencies.received("probation-northumbria")) == 3


def test_a_task_that_the_broker_hands_out_again_finds_nothing_to_do(bench: Bench) -> None:
    bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    with bench.hub.store.transaction() as connection:
        assert attempts.begin(
            connection,
            claimed.ids,
            claimed.token,
            bench.clock.now(),
            timedelta(seconds=bench.hub.settings.lease_seconds),
        )
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 0
    assert bench.agencies.received("probation-northumbria") == []
