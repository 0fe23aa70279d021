"""The form of what bulk work shows: the JSON of `hub quarantine bulk`, `plans` and `plan` with --json."""

from typing import TYPE_CHECKING, TypedDict

from hub.lifecycle import BulkAction, BulkState, DeliveryState

if TYPE_CHECKING:
    from hub.store.repairing.bulk import BulkGroup, BulkProgress


class SelectedGroup(TypedDict):
    """How many deliveries of one kind are selected for one recipient and one reason."""

    recipient: str
    kind: str
    code: str | None
    count: int


class BulkPreview(TypedDict):
    """`second_person`: a person other than the planner must approve it."""

    selection: dict[str, str]
    count: int
    second_person: bool
    groups: list[SelectedGroup]


class PlannedBulk(BulkPreview):
    id: str
    action: BulkAction


class _PlanView(TypedDict):
    id: str
    action: BulkAction
    state: BulkState
    selection: dict[str, str]
    reason: str
    planned_by: str
    approved_by: str | None
    count: int


class PlanProgress(_PlanView):
    """A plan in the list of plans, and how far it has come."""

    done: int
    passed_over: int
    planned_at: str


class PlannedGroup(TypedDict):
    """Deliveries of a plan in the same state, counted now."""

    recipient: str
    kind: str
    state: DeliveryState
    why_code: str | None
    passed_over: bool
    deliveries: int


class PlanContent(_PlanView):
    """A plan, and the deliveries that it covers. `seen` names exactly this, for the second person who approves it; None
    if nobody can approve it."""

    groups: list[PlannedGroup]
    seen: str | None


def group_view(group: "BulkGroup") -> PlannedGroup:
    return {
        "recipient": group.recipient,
        "kind": group.kind,
        "state": group.state,
        "why_code": group.why_code,
        "passed_over": group.passed_over,
        "deliveries": group.deliveries,
    }


def progress_view(progress: "BulkProgress") -> PlanProgress:
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
