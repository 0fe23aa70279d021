"""Many quarantined deliveries at once: previewed, approved by a second person, stopped half-way, and continued."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from hub.approval.proposals import ApprovalRefused
from hub.errors import NotInQuarantine, ValueUnusable
from hub.exchange.repairing import bulk as bulk_module
from hub.exchange.repairing.bulk import BulkRefused
from hub.lifecycle import BulkAction, BulkState
from hub.settings import Settings
from hub.store.journal.tables import journal
from hub.store.messages.tables import delivery
from hub.store.repairing.quarantine import Selection
from tests.conftest import Bench
from tests.quarantined import AREA, quarantined

ONE, OTHER, WHY = "operator-one", "operator-two", "their system is repaired"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 1000})


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.agree(alone_up_to=2)
    return bench


@pytest.fixture
def batches_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small batch in each sweep, so that the work can be stopped half-way."""
    monkeypatch.setattr(bulk_module, "_BATCH", 2)
    monkeypatch.setattr(bulk_module, "_BATCHES_AT_ONCE", 1)


def _states(bench: Bench) -> list[str]:
    with bench.hub.store.transaction() as connection:
        return list(connection.execute(select(delivery.c.state).order_by(delivery.c.position)).scalars())


def _plan(bench: Bench, action: BulkAction = BulkAction.RELEASE, **wanted: Any) -> UUID:
    return UUID(bench.hub.bulk.plan(action, Selection(**wanted), ONE, WHY)["id"])


def _progress(bench: Bench) -> tuple[str, int, int]:
    newest = bench.hub.bulk.listed()[0]
    return newest["state"], newest["done"], newest["passed_over"]


def test_a_preview_says_how_many_whom_and_which_kinds_and_writes_nothing(bench: Bench) -> None:
    quarantined(bench, 3)
    told = bench.hub.bulk.preview(Selection(recipient=AREA))
    [group] = told["groups"]
    assert group == {"recipient": AREA, "kind": "court_list", "code": "partner.failed", "count": 3}
    assert told["second_person"] is True
    assert bench.hub.bulk.preview(Selection(kind="warrant"))["count"] == 0
    assert bench.hub.bulk.listed() == []


def test_above_the_limit_somebody_else_must_approve(bench: Bench) -> None:
    quarantined(bench, 3)
    id = _plan(bench)
    bench.hub.sweep.run()
    assert set(_states(bench)) == {"quarantined"}, "nothing happens before it is approved"
    with pytest.raises(ApprovalRefused, match=r"bulk\.second_person"):
        bench.hub.bulk.approve(id, ONE)
    bench.hub.bulk.approve(id, OTHER, bench.seen(id))
    assert bench.hub.sweep.run()["bulk"] == 3
    assert set(_states(bench)) == {"waiting"}
    assert _progress(bench) == (BulkState.DONE, 3, 0)
    with bench.hub.store.transaction() as connection:
        query = select(journal.c.detail).where(journal.c.event == "quarantine.released")
        details = list(connection.execute(query).scalars())
    assert {(each["by"], each["approved_by"], each["bulk"]) for each in details} == {(ONE, OTHER, str(id))}


def test_a_name_in_other_letters_is_no_second_person(bench: Bench) -> None:
    quarantined(bench, 3)
    id = _plan(bench)
    with pytest.raises(ApprovalRefused, match=r"bulk\.second_person"):
        bench.hub.bulk.approve(id, ONE.upper())
    assert _progress(bench) == (BulkState.PLANNED, 0, 0)


def test_whoever_approves_sees_what_was_selected_and_why_and_what_has_become_of_it(bench: Bench) -> None:
    ids, work = quarantined(bench, 3), bench.hub.bulk
    id = _plan(bench, recipient=AREA)
    bench.hub.quarantine.release(str(ids[1]), ONE, "this one is needed now")
    told = work.show(work.named(str(id)[:8]))
    assert (told["action"], told["selection"], told["reason"]) == ("release", {"recipient": AREA}, WHY)
    assert (told["planned_by"], told["state"], told["count"]) == (ONE, "planned", 3)
    assert {(each["state"], each["passed_over"], each["deliveries"]) for each in told["groups"]} == {
        ("quarantined", False, 2),
        ("waiting", True, 1),
    }
    approved = work.approve(id, OTHER, bench.seen(id))
    assert (approved["groups"], approved["state"]) == (told["groups"], "running")
    bench.hub.sweep.run()
    worked_off = {(each["passed_over"], each["deliveries"]) for each in work.show(id)["groups"]}
    assert worked_off == {(False, 2), (True, 1)}, "as it was worked off, whatever has become of them since"


def test_a_plan_is_named_by_as_much_of_its_id_as_fits_no_other(bench: Bench) -> None:
    quarantined(bench, 1)
    work, ids = bench.hub.bulk, {_plan(bench) for _ in range(17)}  # of 17 ids, two begin with the same character
    assert {work.named(f" {str(id).upper()} ") for id in ids} == ids
    firsts = [str(id)[0] for id in ids]
    with pytest.raises(NotInQuarantine, match="several plans have ids that begin with that"):
        work.named(max(firsts, key=firsts.count))
    with pytest.raises(NotInQuarantine, match="no such plan"):
        work.named(str(uuid4()))
    for wrong in ("", "%"):
        with pytest.raises(ValueUnusable, match="not the id"):
            work.named(wrong)


def test_up_to_the_limit_one_person_is_enough(bench: Bench) -> None:
    quarantined(bench, 2)
    id = _plan(bench, BulkAction.DISCARD)
    bench.hub.bulk.approve(id, ONE)
    assert bench.hub.sweep.run()["bulk"] == 2
    assert set(_states(bench)) == {"discarded"}


def test_stopped_half_way_it_stays_stopped_until_somebody_resumes_it(bench: Bench, batches_of_two: None) -> None:
    quarantined(bench, 5)
    id = _plan(bench)
    bench.hub.bulk.approve(id, OTHER, bench.seen(id))
    bench.hub.sweep.run()
    bench.hub.bulk.stop(id, ONE)
    for _ in range(3):
        bench.hub.sweep.run()
    assert _states(bench) == ["waiting"] * 2 + ["quarantined"] * 3
    assert _progress(bench) == (BulkState.STOPPED, 2, 0)
    bench.hub.bulk.resume(id, ONE)
    for _ in range(3):
        bench.hub.sweep.run()
    assert set(_states(bench)) == {"waiting"}
    assert _progress(bench) == (BulkState.DONE, 5, 0)


def test_a_crash_in_a_batch_leaves_all_or_nothing_of_it_and_the_work_continues(
    bench: Bench, batches_of_two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarantined(bench, 4)
    id = _plan(bench)
    bench.hub.bulk.approve(id, OTHER, bench.seen(id))
    real, calls = bench.hub.quarantine.release_delivery, []

    def dies_at_the_second(*given: Any, **named: Any) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given, **named)

    monkeypatch.setattr(bench.hub.quarantine, "release_delivery", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        bench.hub.sweep.run()
    assert set(_states(bench)) == {"quarantined"}
    assert _progress(bench) == (BulkState.RUNNING, 0, 0)
    for _ in range(3):
        bench.hub.sweep.run()
    assert _progress(bench) == (BulkState.DONE, 4, 0)


def test_only_what_was_previewed_is_done_and_what_somebody_settled_meanwhile_is_passed_over(bench: Bench) -> None:
    ids = quarantined(bench, 3)
    state = text("UPDATE delivery SET state = :state WHERE id = :one")
    with bench.hub.store.transaction() as connection:
        connection.execute(state, {"state": "waiting", "one": ids[2]})
    id = _plan(bench)
    with bench.hub.store.transaction() as connection:
        connection.execute(state, {"state": "quarantined", "one": ids[2]})  # only after the preview
    bench.hub.quarantine.discard(str(ids[1]), ONE, "this one is stale")
    bench.hub.bulk.approve(id, OTHER, bench.seen(id))
    bench.hub.sweep.run()
    assert _states(bench) == ["waiting", "discarded", "quarantined"]
    assert _progress(bench) == (BulkState.DONE, 1, 1)


def test_what_is_not_there_or_not_its_turn_is_refused(bench: Bench) -> None:
    work = bench.hub.bulk
    with pytest.raises(BulkRefused, match=r"bulk\.empty"):
        work.plan(BulkAction.RELEASE, Selection(), ONE, WHY)
    assert work.listed() == []
    with pytest.raises(NotInQuarantine):
        work.approve(uuid4(), OTHER)
    quarantined(bench, 1)
    id = _plan(bench)
    with pytest.raises(BulkRefused, match=r"bulk\.state"):
        work.resume(id, ONE)
    work.approve(id, OTHER, bench.seen(id))
    with pytest.raises(BulkRefused, match=r"bulk\.state"):
        work.approve(id, OTHER, bench.seen(id))


def test_a_plan_that_was_not_approved_is_withdrawn_permanently(bench: Bench) -> None:
    quarantined(bench, 2)
    work, id = bench.hub.bulk, _plan(bench)
    assert work.stop(id, OTHER) == BulkState.WITHDRAWN
    for change in (work.approve, work.resume, work.stop):
        with pytest.raises(BulkRefused, match=r"bulk\.state.*was withdrawn before it was approved"):
            change(id, OTHER)
    bench.hub.sweep.run()
    assert set(_states(bench)) == {"quarantined"}
    assert _progress(bench) == (BulkState.WITHDRAWN, 0, 0)
    with bench.hub.store.transaction() as connection:
        query = select(journal.c.detail).where(journal.c.event == "bulk.stopped")
        [detail] = connection.execute(query).scalars()
    assert detail == {"bulk": str(id), "by": OTHER, "state": "withdrawn"}
