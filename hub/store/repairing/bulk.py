"""Bulk work on quarantine: the plan with every delivery in its preview, and its progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Uuid, false, func, insert, literal, or_, select, text, update

from hub.lifecycle import BulkAction, BulkState, DeliveryState
from hub.store.database.rows import Rows
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.messages.tables import delivery, message
from hub.store.repairing.quarantine import Selection
from hub.store.repairing.tables import quarantine_bulk, quarantine_bulk_item


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """A plan: the selection, the action, who planned it, and its state."""

    id: UUID
    action: BulkAction
    selection: dict[str, str]
    reason: str
    state: BulkState
    planned_at: datetime
    planned_by: str
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """A plan, and how many of its deliveries there are, are done, and were skipped."""

    plan: BulkPlan
    deliveries: int
    done: int
    passed_over: int


@dataclass(frozen=True, slots=True)
class BulkGroup:
    """Deliveries of a plan that are alike: the recipient, kind, state now, reason, and whether they were or would be
    skipped."""

    recipient: str
    kind: str
    state: DeliveryState
    why_code: str | None
    passed_over: bool
    deliveries: int


@dataclass(frozen=True, slots=True)
class BulkItem:
    """A delivery of a plan that is not done yet. `quarantined_at` is its time of quarantine when the plan was made."""

    delivery_id: UUID
    quarantined_at: datetime | None


_PLANS = Rows(BulkPlan, quarantine_bulk)
_ITEMS = Rows(BulkItem, quarantine_bulk_item)


def plan(
    connection: Connection, id: UUID, action: BulkAction, selection: Selection, *, by: str, reason: str, now: datetime
) -> None:
    """Keep the plan and each selected delivery that is in quarantine now."""
    connection.execute(
        insert(quarantine_bulk).values(
            id=id,
            action=action,
            selection=selection.as_plain(),
            reason=reason,
            state=BulkState.PLANNED,
            planned_at=now,
            planned_by=by,
        )
    )
    chosen = (
        select(literal(id, Uuid), delivery.c.id, delivery.c.quarantined_at)
        .join(message, message.c.id == delivery.c.message_id)
        .where(delivery.c.state == DeliveryState.QUARANTINED, *selection.conditions())
    )
    columns = ["bulk_id", "delivery_id", "quarantined_at"]
    connection.execute(insert(quarantine_bulk_item).from_select(columns, chosen))


def find(connection: Connection, id: UUID) -> BulkPlan | None:
    """Return the plan and lock it until the transaction ends, so that only one caller works on it, approves it or stops
    it."""
    query = select(*_PLANS.columns).where(quarantine_bulk.c.id == id).with_for_update()
    return _PLANS.first(connection.execute(query))


def listed(connection: Connection) -> tuple[BulkProgress, ...]:
    """Return the plans, the newest first."""
    item = quarantine_bulk_item
    counts = (
        select(
            item.c.bulk_id,
            func.count().label("deliveries"),
            func.count().filter(item.c.done.is_(True)).label("done"),
            func.count().filter(item.c.done.is_(False)).label("passed_over"),
        )
        .group_by(item.c.bulk_id)
        .subquery()
    )
    query = (
        select(*_PLANS.columns, counts.c.deliveries, counts.c.done, counts.c.passed_over)
        .outerjoin(counts, counts.c.bulk_id == quarantine_bulk.c.id)
        .order_by(quarantine_bulk.c.planned_at.desc())
        .limit(50)
    )
    return tuple(
        BulkProgress(BulkPlan(*columns), deliveries or 0, done or 0, passed_over or 0)
        for *columns, deliveries, done, passed_over in connection.execute(query)
    )


def count(connection: Connection, id: UUID) -> int:
    query = select(func.count()).select_from(quarantine_bulk_item).where(quarantine_bulk_item.c.bulk_id == id)
    return int(connection.execute(query).scalar_one())


def fingerprint(connection: Connection, id: UUID) -> str:
    """Return a digest of the deliveries of the plan. It changes if one is put in, taken out or came back."""
    return str(connection.execute(_FINGERPRINT, {"id": id}).scalar_one())


_FINGERPRINT = text("""
    SELECT encode(sha256(convert_to(coalesce(string_agg(line, ' ' ORDER BY line), ''), 'UTF8')), 'hex')
    FROM quarantine_bulk_item,
        LATERAL (SELECT concat_ws('@', delivery_id, quarantined_at AT TIME ZONE 'UTC')) AS said (line)
    WHERE bulk_id = :id
""")


def beginning_with(connection: Connection, characters: str) -> tuple[UUID, ...]:
    """Return at most two plans whose ids begin with these characters."""
    query = select(quarantine_bulk.c.id).where(begins_with(quarantine_bulk.c.id, characters))
    return tuple(connection.execute(query.limit(ENOUGH)).scalars())


def groups(connection: Connection, id: UUID) -> tuple[BulkGroup, ...]:
    """Return the deliveries of the plan in groups, as they are now."""
    item = quarantine_bulk_item
    settled = or_(delivery.c.state != DeliveryState.QUARANTINED, item.c.quarantined_at != delivery.c.quarantined_at)
    passed_over = func.coalesce(~item.c.done, settled, false()).label("passed_over")
    count = func.count().label("deliveries")
    groups = Rows(BulkGroup, delivery, message, passed_over=passed_over, deliveries=count)
    columns = groups.columns[:-1]
    query = (
        select(*groups.columns)
        .join(item, item.c.delivery_id == delivery.c.id)
        .join(message, message.c.id == delivery.c.message_id)
        .where(item.c.bulk_id == id)
        .group_by(*columns)
        .order_by(*columns)
    )
    return groups.all(connection.execute(query))


def move(connection: Connection, id: UUID, state: BulkState, **values: datetime | str) -> None:
    connection.execute(update(quarantine_bulk).where(quarantine_bulk.c.id == id).values(state=state, **values))


def running(connection: Connection) -> tuple[UUID, ...]:
    query = select(quarantine_bulk.c.id).where(quarantine_bulk.c.state == BulkState.RUNNING)
    return tuple(connection.execute(query.order_by(quarantine_bulk.c.approved_at)).scalars())


def next_items(connection: Connection, id: UUID, limit: int) -> tuple[BulkItem, ...]:
    """Return the deliveries that are not done yet, in their order."""
    item = quarantine_bulk_item
    query = (
        select(*_ITEMS.columns)
        .join(delivery, delivery.c.id == item.c.delivery_id)
        .where(item.c.bulk_id == id, item.c.done.is_(None))
        .order_by(delivery.c.position)
        .limit(limit)
    )
    return _ITEMS.all(connection.execute(query))


def mark(connection: Connection, id: UUID, delivery_ids: Sequence[UUID], *, done: bool) -> None:
    item = quarantine_bulk_item
    connection.execute(update(item).where(item.c.bulk_id == id, item.c.delivery_id.in_(delivery_ids)).values(done=done))
