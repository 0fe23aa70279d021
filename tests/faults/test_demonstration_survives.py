"""A worker is killed with -9 in the middle of the demonstration, and Redis forgets everything: the result is the
same."""

import os
import signal
from pathlib import Path

import pytest
import redis

from hub.local.demonstration.demonstration import Demonstration, failures
from hub.local.exchange import LocalExchange
from hub.settings import Settings
from hub.telemetry.logs import configure_logs
from tests.conftest import state_folder
from tests.effort import LONG

KILLS = 4  # the supervisor gives up a process that dies more than six times a minute


class Harm:
    """After each step the broker forgets everything; after the first few the leader of the workers is killed with
    -9."""

    def __init__(self) -> None:
        self.killed: set[int] = set()
        self.flushed = 0

    def __call__(self, exchange: LocalExchange) -> None:
        pid = exchange.pid("worker")
        if pid is not None and pid not in self.killed and len(self.killed) < KILLS:
            os.kill(pid, signal.SIGKILL)
            self.killed.add(pid)
        url = exchange.servers.broker.replace("redis+socket://", "unix://").split("?")[0]
        with redis.Redis.from_url(url) as broker:
            broker.flushall()
        self.flushed += 1


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="the whole demonstration under faults takes a minute: make test-long")
def test_a_killed_worker_and_a_flushed_broker_change_nothing_in_the_end() -> None:
    with state_folder() as state:
        _play(state)


def _play(state: Path) -> None:
    settings = Settings(state_dir=state, endpoints=None, api_port=0, lease_seconds=8)
    if settings.broker_url and not settings.broker_url.startswith("redis"):
        pytest.skip("the broker that HUB_BROKER_URL names has no FLUSHALL")
    demonstration = Demonstration(settings, configure_logs("test"), lambda _: None)
    harm = Harm()
    try:
        demonstration.start()
        told = demonstration.run(after_each_step=harm)
        received = {
            (delivery["recipient"], delivery["known_as"] or message["id"])
            for each in told
            for message in each.messages
            for delivery in message["deliveries"]
        }
        for agency, message_id in received:
            items = [item for item in demonstration.agencies.received(agency) if item.message_id == message_id]
            assert len(items) == 1, "each recipient has each message once in effect"
    finally:
        demonstration.close()
    assert len(harm.killed) == KILLS
    assert harm.flushed == len(told)
    assert failures(told) == []
    assert len(received) >= 10
