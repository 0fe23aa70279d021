"""Partners that answer rightly, and slowly, take no worker from a partner that answers at once."""

import json
import time
from collections.abc import Callable

import pytest

from hub.exchange.stopping import Stopping
from hub.store.messages.claims import Claimed
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Area, Person
from workers import threads as threads_module
from workers.threads import Over, WorkThreads

HEALTHY, *SLOW = AREAS[2], AREAS[0], AREAS[1], AREAS[3], AREAS[4]
EACH, SLOW_SECONDS, TURN_SECONDS = 16, 0.3, 0.5


def _hand_in(bench: Bench, area: Area, numbers: range) -> None:
    """Reports for the area's court."""
    now = bench.clock.now().replace(microsecond=0)
    reports = [documents.report(Person(number, area, now)) for number in numbers]
    sender = bench.hub.knowledge.registry.agencies.named(area.probation)
    assert bench.hub.intake.receive(sender, json.dumps(reports).encode()).receipt is not None


def test_four_slow_partners_leave_a_thread_for_the_one_that_answers_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With as many threads as there are slow partners. It may wait half as long as one of these takes for all of its
    own messages."""
    monkeypatch.setattr(threads_module, "_TURN_SECONDS", TURN_SECONDS)
    bench.agencies.slow_seconds = SLOW_SECONDS
    for number, area in enumerate(SLOW):
        bench.agencies.behave(area.court, "slow")
        _hand_in(bench, area, range(1_000 * number, 1_000 * number + EACH))
    stopping = Stopping()
    threads = WorkThreads(len(SLOW), stopping, configure_logs("test"))
    for claimed in bench.hub.outbox.claim():
        threads.begin(_delivering(bench, claimed, stopping))
    assert not threads.idle()
    _hand_in(bench, HEALTHY, range(9_000, 9_001))
    [healthy] = [each for each in bench.hub.outbox.claim() if each.recipient == HEALTHY.court]
    began = time.monotonic()
    threads.begin(_delivering(bench, healthy, stopping))
    while not bench.agencies.received(HEALTHY.court):
        assert time.monotonic() - began < EACH * SLOW_SECONDS / 2, "the slow ones are sent to first"
        time.sleep(0.02)
    stopping.asked = True
    for give_up in stopping.left_over():
        give_up()
    while not threads.idle():
        time.sleep(0.02)


def _delivering(bench: Bench, claimed: Claimed, stopping: Stopping) -> Callable[[Over], object]:
    return lambda over: bench.hub.delivery.deliver(claimed.ids, claimed.token, stopping, over)
