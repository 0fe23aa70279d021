"""The form of what bulk work shows: the JSON of `hub quarantine bulk`, `plans` and `plan` with --json."""

from typing import TypedDict

from hub.lifecycle import BulkAction, BulkState, DeliveryState


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
    """A plan, and the deliveries that it covers."""

    groups: list[PlannedGroup]
