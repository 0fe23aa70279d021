"""Handles many deliveries at once. The work is planned with a preview, approved, and done in batches that a person can
stop.

The work does exactly what the preview showed: the plan keeps every delivery. Each batch is one transaction with its
marks, so a crash neither repeats nor forgets anything, and stopped work stays stopped.
"""

from uuid import UUID, uuid4

from hub.counting import counted
from hub.errors import CodedFailure, NotInQuarantine
from hub.exchange.repairing.bulk_views import (
    BulkPreview,
    PlanContent,
    PlannedBulk,
    PlanProgress,
    group_view,
    progress_view,
)
from hub.exchange.repairing.giving_up import GivingUp
from hub.exchange.repairing.quarantine import Quarantine
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.quarantine import (
    ApprovedPlan,
    record_bulk_approved,
    record_bulk_done,
    record_bulk_planned,
    record_bulk_resumed,
    record_bulk_stopped,
)
from hub.lifecycle import BulkAction, BulkState, TwoPersonAct
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Transaction
from hub.store.messages import messages
from hub.store.repairing import bulk, quarantine
from hub.store.repairing.bulk import BulkPlan
from hub.store.repairing.quarantine import QuarantinedDelivery, Selection
from hub.unproved import StateUnproved
from schemas.json import JsonObject

_BATCH = 100
_BATCHES_AT_ONCE = 20
_THE_HUB = "hub"
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
    """One person may plan and approve as many deliveries as the rule `alone_up_to` says; more need two people. Every
    method except `preview` and `plan` raises NotInQuarantine if there is no such plan."""

    def __init__(self, wiring: Wiring, quarantine: Quarantine) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._rules, self._proposals = wiring.rules, wiring.proposals
        self._giving_up = GivingUp(wiring)
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
            content = self._content(connection, self._find(connection, id, BulkState.PLANNED))
            self._proposals.propose(connection, TwoPersonAct.BULK, counted(count, "delivery"), content, by, id)
        return {**preview, "id": str(id), "action": action, "count": count}

    def named(self, wanted: str) -> UUID:
        """The one plan that has that id, or whose id begins with it."""
        with self._store.transaction() as connection:
            return only_one(wanted, lambda first: bulk.beginning_with(connection, first), _NO_PLAN)

    def approve(self, id: UUID, by: str, seen: str | None = None) -> PlanContent:
        """Approve the plan, so that its work starts. Returns the same as `show`. `seen` is the value that `show` gave;
        one person alone needs none. Raises ApprovalRefused, or BulkRefused if the plan waits for no approval."""
        with self._store.transaction() as connection:
            self._proposals.lock(connection, id)
            row = self._find(connection, id, BulkState.PLANNED)
            count = bulk.count(connection, id)
            alone = self._giving_up.is_for_one_person(connection, row.action, by, count)
            if alone:
                self._proposals.approve_alone(connection, TwoPersonAct.BULK, id, by)
            else:
                content = self._content(connection, row)
                self._proposals.approve(connection, TwoPersonAct.BULK, id, by, seen, content)
            now = self._clock.now()
            bulk.move(connection, id, BulkState.RUNNING, approved_at=now, approved_by=by)
            record_bulk_approved(connection, now, plan=id, by=by, count=count, alone=str(row.action) if alone else None)
            return self._shown(connection, id)

    def content(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval of a plan would do now. Raises NotInQuarantine or BulkRefused."""
        return self._content(connection, self._find(connection, proposal.id, BulkState.PLANNED))

    def expire(self, connection: Transaction, proposal: KeptProposal) -> None:
        """Nobody approved the plan in time."""
        row = bulk.find(connection, proposal.id)
        if row is not None and row.state == BulkState.PLANNED:
            self._end(connection, row.id, BulkState.WITHDRAWN, _THE_HUB)

    def stop(self, id: UUID, by: str) -> BulkState:
        """Stop the work from the next batch on. A plan that was not approved yet is withdrawn for good. Returns which
        of the two happened. Raises BulkRefused if the plan is stopped or finished."""
        with self._store.transaction() as connection:
            self._proposals.lock(connection, id)
            row = self._find(connection, id, BulkState.RUNNING, BulkState.PLANNED)
            planned = row.state == BulkState.PLANNED
            if planned:
                self._proposals.reject(connection, id, by, None)
            return self._end(connection, id, BulkState.WITHDRAWN if planned else BulkState.STOPPED, by)

    def _end(self, connection: Transaction, id: UUID, state: BulkState, by: str) -> BulkState:
        now = self._clock.now()
        if state == BulkState.WITHDRAWN:
            bulk.move(connection, id, state, ended_at=now)
        else:
            bulk.move(connection, id, state)
        record_bulk_stopped(connection, now, plan=id, by=by, state=str(state))
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
            return [progress_view(row) for row in bulk.listed(connection)]

    def show(self, id: UUID) -> PlanContent:
        """What the approver needs to know: what will happen to the deliveries, who selected which ones and why. Also
        how many they are, for whom, of which kinds, in which state now, why, and whether they are passed over."""
        with self._store.transaction() as connection:
            return self._shown(connection, id)

    def work(self) -> int:
        """Do some of the approved work. Returns how many deliveries were released or discarded. Raises StateUnproved if
        a plan runs that nobody approved so."""
        with self._store.transaction() as connection:
            running = bulk.running(connection)
            ids = [id for id in running if self._is_as_approved(connection, id)]
        count = self._work(ids)
        if put_in := sorted(str(id) for id in set(running) - set(ids)):
            raise StateUnproved(
                f"nobody approved what these plans would do: {', '.join(put_in)}",
                "stop them (hub quarantine stop), and find out who may write to the database: hub journal verify",
            )
        return count

    def _is_as_approved(self, connection: Transaction, id: UUID) -> bool:
        """A plan that somebody let run by SQL, or to which somebody added deliveries, does nothing."""
        proposal, row = self._proposals.approved(connection, id), bulk.find(connection, id)
        if proposal is None or row is None:
            return False
        said = proposal.content
        now = {"action": str(row.action), "reason": row.reason, "deliveries": bulk.fingerprint(connection, id)}
        return all(said.get(name) == value for name, value in now.items())

    def _work(self, ids: list[UUID]) -> int:
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
        total, limit = sum(row.deliveries for row in rows), self._rules.current(connection).alone_up_to
        return {
            "selection": selection.as_plain(),
            "count": total,
            "second_person": total > limit,
            "groups": [
                {"recipient": row.recipient, "kind": row.kind, "code": row.why_code, "count": row.deliveries}
                for row in rows
            ],
        }

    def _shown(self, connection: Transaction, id: UUID) -> PlanContent:
        row, groups = self._find(connection, id, *BulkState), bulk.groups(connection, id)
        proposal = self._proposals.waiting(connection, id)
        return {
            "id": str(id),
            "action": row.action,
            "state": row.state,
            "selection": row.selection,
            "reason": row.reason,
            "planned_by": row.planned_by,
            "approved_by": row.approved_by,
            "count": sum(group.deliveries for group in groups),
            "groups": [group_view(group) for group in groups],
            "seen": self._proposals.seen(proposal, self._content(connection, row)) if proposal else None,
        }

    def _content(self, connection: Transaction, row: BulkPlan) -> JsonObject:
        """What the second person sees: the deliveries of the plan, and how they stand now."""
        groups = [group_view(group) for group in bulk.groups(connection, row.id)]
        return {
            "action": str(row.action),
            "selection": row.selection,
            "reason": row.reason,
            "count": sum(group["deliveries"] for group in groups),
            "groups": [dict(group) for group in groups],
            "deliveries": bulk.fingerprint(connection, row.id),
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
