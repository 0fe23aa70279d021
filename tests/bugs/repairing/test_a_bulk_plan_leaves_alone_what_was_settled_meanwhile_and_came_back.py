"""A plan discarded a delivery that somebody had released meanwhile and the partner had refused again. It was in
quarantine as when it was planned, but for a cause that nobody had decided about."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.approval.proposals import ApprovalRefused
from hub.lifecycle import BulkAction, BulkState
from hub.settings import Settings
from hub.store.repairing.quarantine import Selection
from tests.conftest import Bench

AREA, ONE, WHY = "probation-northumbria", "operator-one", "a list of last week"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 1000})


def _exhaust(bench: Bench) -> None:
    bench.agencies.behave(AREA, "error")
    for _ in range(bench.hub.settings.attempts_max + 1):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))


def _planned_and_come_back(bench: Bench) -> UUID:
    bench.send(bench.story()["list"])
    _exhaust(bench)
    plan = UUID(bench.hub.bulk.plan(BulkAction.DISCARD, Selection(recipient=AREA), ONE, WHY)["id"])
    [item] = bench.hub.quarantine.listed()
    bench.hub.quarantine.release(item["id"], ONE, "their system is repaired")
    _exhaust(bench)
    [again] = bench.hub.quarantine.listed()
    assert (again["id"], again["since"] > item["since"]) == (item["id"], True)
    return plan


def test_it_is_passed_over_and_counted(bench: Bench) -> None:
    plan = _planned_and_come_back(bench)
    bench.hub.bulk.approve(plan, ONE)
    assert bench.hub.sweep.run()["bulk"] == 0
    [told] = bench.hub.bulk.listed()
    assert (told["state"], told["done"], told["passed_over"]) == ("done", 0, 1)
    assert len(bench.hub.quarantine.listed()) == 1


def test_what_a_former_version_planned_is_planned_again(bench: Bench) -> None:
    """It has no proposal, so nothing shows what its planner saw."""
    plan = _planned_and_come_back(bench)
    with bench.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("DELETE FROM proposal"))
        connection.execute(text("UPDATE quarantine_bulk_item SET quarantined_at = NULL"))
    with pytest.raises(ApprovalRefused, match=r"approval\.not_open"):
        bench.hub.bulk.approve(plan, ONE)
    assert bench.hub.bulk.stop(plan, ONE) == BulkState.WITHDRAWN
    assert len(bench.hub.quarantine.listed()) == 1
