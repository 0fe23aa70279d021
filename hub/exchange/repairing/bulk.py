"""Handles many deliveries at once. The work is planned with a preview, approved, and done in batches that a person can
stop.

The work does exactly what the preview showed: the plan keeps every delivery. Each batch is one transaction with its
marks, so a crash neither repeats nor forgets anything, and stopped work stays stopped.
"""

from uuid import UUID, uuid4

from hub.errors import CodedFailure, NotInQuarantine
from hub.exchange.repairing.bulk_views import BulkPreview, PlanContent, PlannedBulk, PlannedGroup, PlanProgress
from hub.exchange.repairing.quarantine import Quarantine
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason, is_unverified, same_person
from hub.journal.record.quarantine import (
    ApprovedPlan,
    record_bulk_approved,
    record_bulk_done,
    record_bulk_planned,
    record_bulk_resumed,
    record_bulk_stopped,
)
from hub.journal.two_persons import may_be_one_person
from hub.lifecycle import BulkAction, BulkState
from hub.store.database.engine import Transaction
from hub.store.messages import messages
from hub.store.repairing import bulk, quarantine
from hub.store.repairing.bulk import BulkGroup, BulkPlan, BulkProgress
from hub.store.repairing.quarantine import QuarantinedDelivery, Selection

_BATCH = 100
_BATCHES_AT_ONCE = 20
_NO_PLAN = NotOne(
    NotInQuarantine,
    no_id="that is not the id of a plan",
    none="there is no such plan",
    several="several plans have ids that begin with that",
    cure="see: hub quarantine plans",
)


class BulkRefused(CodedFailure):
    """The bulk work cannot begin or change."""

    status = 409


class Bulk:
    """One person may plan and approve up to `bulk_alone_up_to` deliveries; more need two people. Every method except
    `preview` and `plan` raises NotInQuarantine if there is no such plan."""

    def __init__(self, wiring: Wiring, quarantine: Quarantine) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._alone_up_to = wiring.settings.bulk_alone_up_to
        self._quarantine = quarantine

    def preview(self, selection: Selection) -> BulkPreview:
        """How many deliveries, for whom, of which kinds, and why they are in quarantine. Writes nothing."""
        with self._store.transaction() as connection:
            return self._preview(connection, selection)

    def plan(self, action: BulkAction, selection: Selection, by: str, reason: str) -> PlannedBulk:
        """The preview, and the id of the plan that waits for approval. Raises BulkRefused if nothing is selected."""
        now, id, reason = self._clock.now(), uuid4(), given_reason(reason)
        with self._store.transaction() as connection:
            preview = self._preview(connection, selection)
            bulk.plan(connection, id, action, selection, by=by, reason=reason, now=now)
            count = bulk.count(connection, id)
            if count == 0:
                raise BulkRefused("bulk.empty", "nothing in quarantine is selected", "see: hub quarantine list")
            record_bulk_planned(connection, now, plan=id, by=by, action=str(action), count=count, reason=reason)
        return {**preview, "id": str(id), "action": action, "count": count}

    def named(self, wanted: str) -> UUID:
        """The one plan that has that id, or whose id begins with it."""
        with self._store.transaction() as connection:
            return only_one(wanted, lambda first: bulk.beginning_with(connection, first), _NO_PLAN)

    def approve(self, id: UUID, by: str) -> PlanContent:
        """Approve the plan, so that its work starts. Returns the same as `show`. Raises BulkRefused if a second person
        is needed, or if the plan no longer waits for approval."""
        with self._store.transaction() as connection:
            row = self._find(connection, id, BulkState.PLANNED)
            count = bulk.count(connection, id)
            # One mistake in a large plan harms many people, so a second person must check it.
            if count > self._alone_up_to and same_person(by, row.planned_by):
                problem = (
                    f"{count} deliveries are more than the {self._alone_up_to} that one person may decide about alone"
                )
                raise BulkRefused("bulk.second_person", problem, f"ask somebody other than {by} to approve it")
            if count > self._alone_up_to and may_be_one_person(connection, by, row.planned_by, self._clock.now()):
                problem = "one of the two accounts was made, reset or given rights lately by who may be behind both"
                raise BulkRefused("bulk.second_person", problem, "ask a person whose account nobody has changed lately")
            # The approver may be the planner under an unchecked name.
            if count > self._alone_up_to and is_unverified(row.planned_by) and not is_unverified(by):
                problem = "it was planned before there were accounts, so nobody knows who planned it"
                raise BulkRefused("bulk.second_person", problem, "log in and plan it again")
            now = self._clock.now()
            bulk.move(connection, id, BulkState.RUNNING, approved_at=now, approved_by=by)
            record_bulk_approved(connection, now, plan=id, by=by, count=count)
            return self._shown(connection, id)

    def stop(self, id: UUID, by: str) -> BulkState:
        """Stop the work from the next batch on. A plan that was not approved yet is withdrawn for good. Returns which
        of the two happened. Raises BulkRefused if the plan is stopped or finished."""
        with self._store.transaction() as connection:
            row = self._find(connection, id, BulkState.RUNNING, BulkState.PLANNED)
            if row.state == BulkState.PLANNED:
                state = BulkState.WITHDRAWN
                bulk.move(connection, id, state, ended_at=self._clock.now())
            else:
                state = BulkState.STOPPED
                bulk.move(connection, id, state)
            record_bulk_stopped(connection, self._clock.now(), plan=id, by=by, state=str(state))
            return state

    def resume(self, id: UUID, by: str) -> None:
        """Continue with the remaining deliveries. Raises BulkRefused if the plan was not stopped."""
        with self._store.transaction() as connection:
            self._find(connection, id, BulkState.STOPPED)
            bulk.move(connection, id, BulkState.RUNNING)
            record_bulk_resumed(connection, self._clock.now(), plan=id, by=by)

    def listed(self) -> list[PlanProgress]:
        """The newest 50 plans, and how far each has come."""
        with self._store.transaction() as connection:
            return [_view(row) for row in bulk.listed(connection)]

    def show(self, id: UUID) -> PlanContent:
        """What the approver needs to know: what will happen to the deliveries, who selected which ones and why. Also
        how many they are, for whom, of which kinds, in which state now, why, and whether they are passed over."""
        with self._store.transaction() as connection:
            return self._shown(connection, id)

    def work(self) -> int:
        """Do some of the approved work. Returns how many deliveries were released or discarded."""
        with self._store.transaction() as connection:
            ids = bulk.running(connection)
        count = 0
        for id in ids:
            for _ in range(_BATCHES_AT_ONCE):
                with self._store.transaction() as connection:
                    done = self._batch(connection, id)
                if done is None:
                    break
                count += done
        return count

    def _batch(self, connection: Transaction, id: UUID) -> int | None:
        """How many deliveries of one batch were done. None if nothing is left or the plan does not run any more."""
        row = bulk.find(connection, id)
        if row is None or row.state != BulkState.RUNNING:
            return None
        items = bulk.next_items(connection, id, _BATCH)
        if not items:
            now = self._clock.now()
            bulk.move(connection, id, BulkState.DONE, ended_at=now)
            record_bulk_done(connection, now, plan=id, by=row.approved_by or row.planned_by)
            return None
        done, passed_over, concerned = [], [], set()
        for item in items:
            found = quarantine.lock(connection, item.delivery_id)
            # A delivery that somebody released may be back for a cause that nobody knew of when it was planned.
            if found is None or item.quarantined_at not in (None, found.quarantined_at):
                passed_over.append(item.delivery_id)
            else:
                self._act(connection, row, found)
                done.append(item.delivery_id)
                concerned.add(found.message_id)
        # Settled together, as a worker does it, so that no two transactions wait for each other.
        messages.settle(connection, frozenset(concerned))
        bulk.mark(connection, id, done, done=True)
        bulk.mark(connection, id, passed_over, done=False)
        return len(done)

    def _act(self, connection: Transaction, plan: BulkPlan, found: QuarantinedDelivery) -> None:
        act = {
            BulkAction.RELEASE: self._quarantine.release_delivery,
            BulkAction.DISCARD: self._quarantine.discard_delivery,
        }[plan.action]
        act(connection, found, plan.planned_by, plan.reason, ApprovedPlan(plan.id, plan.approved_by))

    def _preview(self, connection: Transaction, selection: Selection) -> BulkPreview:
        rows = quarantine.counts(connection, selection)
        total = sum(row.deliveries for row in rows)
        return {
            "selection": selection.as_plain(),
            "count": total,
            "second_person": total > self._alone_up_to,
            "groups": [
                {"recipient": row.recipient, "kind": row.kind, "code": row.why_code, "count": row.deliveries}
                for row in rows
            ],
        }

    def _shown(self, connection: Transaction, id: UUID) -> PlanContent:
        row, groups = self._find(connection, id, *BulkState), bulk.groups(connection, id)
        return {
            "id": str(id),
            "action": row.action,
            "state": row.state,
            "selection": row.selection,
            "reason": row.reason,
            "planned_by": row.planned_by,
            "approved_by": row.approved_by,
            "count": sum(group.deliveries for group in groups),
            "groups": [_group(group) for group in groups],
        }

    def _find(self, connection: Transaction, id: UUID, *states: BulkState) -> BulkPlan:
        """The plan, locked and in one of these states. Raises NotInQuarantine or BulkRefused."""
        row = bulk.find(connection, id)
        if row is None:
            raise NotInQuarantine("there is no such plan", "see: hub quarantine plans")
        if row.state == BulkState.WITHDRAWN and row.state not in states:
            problem = "the plan was withdrawn before it was approved, and stays withdrawn"
            raise BulkRefused("bulk.state", problem, "plan it again: hub quarantine bulk")
        if row.state not in states:
            problem = f"the plan is {row.state}, not {' or '.join(states)}"
            raise BulkRefused("bulk.state", problem, "see: hub quarantine plans")
        return row


def _group(group: BulkGroup) -> PlannedGroup:
    return {
        "recipient": group.recipient,
        "kind": group.kind,
        "state": group.state,
        "why_code": group.why_code,
        "passed_over": group.passed_over,
        "deliveries": group.deliveries,
    }


def _view(progress: BulkProgress) -> PlanProgress:
    plan = progress.plan
    return {
        "id": str(plan.id),
        "action": plan.action,
        "state": plan.state,
        "selection": plan.selection,
        "reason": plan.reason,
        "count": progress.deliveries,
        "done": progress.done,
        "passed_over": progress.passed_over,
        "planned_by": plan.planned_by,
        "planned_at": plan.planned_at.isoformat(),
        "approved_by": plan.approved_by,
    }
