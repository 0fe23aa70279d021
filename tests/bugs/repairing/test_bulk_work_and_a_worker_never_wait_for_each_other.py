"""Bulk work and replays settled their messages in an order of their own, and workers in the order of the ids. Each held
what the other waited for, and the database ended a worker, whose deliveries were all sent again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID

import pytest

from hub.lifecycle import BulkAction
from hub.settings import Settings
from hub.store.messages import messages
from hub.store.repairing.quarantine import Selection
from tests.conftest import Bench
from tests.integration.repairing.test_quarantine import _exhaust

POLICE, ONE, WHY = "police-northumbria", "operator-one", "their system is repaired"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 1000})


def _two_results(bench: Bench) -> list[UUID]:
    """Return their ids in the order of acceptance, which is not the order of the ids."""
    while True:
        sent: list[Any] = [bench.send(bench.story()[name]) for name in ("sentence_without_report", "result")]
        ids = [UUID(receipt["messages"][0]["id"]) for receipt in sent]
        if ids[0] > ids[1]:
            return ids
        bench.drain()


def _at_once(bench: Bench, work: Callable[[], object], ids: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    """While `work` settles, a worker also settles deliveries of the same messages, in the order of the ids."""
    begun, both, settle = Event(), Event(), messages.settle
    low, high = sorted(ids)

    def slowly(connection: Any, of: frozenset[UUID]) -> None:
        settle(connection, of)
        if of & {high}:
            begun.set()
            both.wait(1)

    def worker() -> None:
        begun.wait(10)
        with bench.hub.store.transaction() as connection:
            settle(connection, frozenset({low}))
            both.set()
            settle(connection, frozenset({low, high}))

    monkeypatch.setattr(messages, "settle", slowly)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(worker)]:
            done.result()


def test_bulk_work_settles_in_the_order_of_the_workers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.agencies.behave(POLICE, "error")
    ids = _two_results(bench)
    _exhaust(bench)
    plan = bench.hub.bulk.plan(BulkAction.RELEASE, Selection(recipient=POLICE), ONE, WHY)
    bench.hub.bulk.approve(UUID(plan["id"]), ONE)
    _at_once(bench, bench.hub.bulk.work, ids, monkeypatch)
    assert {bench.hub.stories.show(str(id))["state"] for id in ids} == {"in_progress"}


def test_a_replay_settles_in_the_order_of_the_workers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _two_results(bench)
    bench.drain()
    run, police = bench.hub.replay.run, Selection(recipient=POLICE)
    _at_once(bench, lambda: run(police, ids, ONE, WHY), ids, monkeypatch)
    assert {bench.hub.stories.show(str(id))["state"] for id in ids} == {"in_progress"}
