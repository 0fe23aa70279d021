"""Quarantine: the deliveries that a person must look at."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from hub.lifecycle import DeliveryState
from hub.store.database.rows import Rows, UntypedSelect
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.messages.deliveries import KeptDelivery, wake_relay
from hub.store.messages.tables import delivery, message


@dataclass(frozen=True, slots=True)
class Selection:
    """Selects deliveries. A field that is None selects all. `since` and `until` refer to the acceptance of the
    message, and `document` to the document in which it came."""

    recipient: str | None = None
    sender: str | None = None
    kind: str | None = None
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    document: UUID | None = None

    def as_plain(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions for a query that joins message and delivery."""
        wanted: list[tuple[Callable[[object], ColumnElement[bool]], object]] = [
            (delivery.c.recipient.__eq__, self.recipient),
            (message.c.sender.__eq__, self.sender),
            (message.c.kind.__eq__, self.kind),
            (delivery.c.why_code.__eq__, self.code),
            (message.c.accepted_at.__ge__, self.since),
            (message.c.accepted_at.__lt__, self.until),
            (message.c.raw_document_id.__eq__, self.document),
        ]
        return [compare(value) for compare, value in wanted if value is not None]


@dataclass(frozen=True, slots=True)
class QuarantinedDelivery:
    """A delivery in quarantine, with the kind, the sender and the document of its message."""

    id: UUID
    message_id: UUID
    recipient: str
    attempts: int
    why_code: str | None
    why: str | None
    why_where: str | None
    why_cure: str | None
    quarantined_at: datetime | None
    kind: str
    sender: str
    raw_document_id: UUID | None


@dataclass(frozen=True, slots=True)
class QuarantineCount:
    """How many deliveries of one kind are in quarantine for one recipient for one reason."""

    recipient: str
    kind: str
    why_code: str | None
    deliveries: int


_DELIVERIES = Rows(QuarantinedDelivery, delivery, message)
_COUNTS = Rows(QuarantineCount, delivery, message, deliveries=func.count().label("deliveries"))
NO_STANDING = "standing.none"
_IN_QUARANTINE = delivery.c.state == DeliveryState.QUARANTINED


def _deliveries(*more: ColumnElement[bool]) -> UntypedSelect:
    return (
        select(*_DELIVERIES.columns)
        .join(message, message.c.id == delivery.c.message_id)
        .where(_IN_QUARANTINE, *more)
        .order_by(delivery.c.quarantined_at, delivery.c.position)
    )


def deliveries_in(
    connection: Connection, selection: Selection, limit: int
) -> tuple[tuple[QuarantinedDelivery, int], ...]:
    """Return the selected deliveries, the oldest first, and for how many each stands. Of those that wait because the
    sender of their document has no standing, the oldest stands for all, unless one document is selected."""
    alone = selection.document is not None
    of_document = case((delivery.c.why_code == NO_STANDING, message.c.raw_document_id), else_=delivery.c.id)
    together = delivery.c.id if alone else func.coalesce(of_document, delivery.c.id)
    order = (delivery.c.quarantined_at, delivery.c.position)
    numbered = (
        select(
            delivery.c.id,
            func.row_number().over(partition_by=together, order_by=order).label("number"),
            func.count().over(partition_by=together).label("stands_for"),
        )
        .join(message, message.c.id == delivery.c.message_id)
        .where(_IN_QUARANTINE, *selection.conditions())
        .subquery()
    )
    found = (
        select(numbered.c.id, numbered.c.stands_for)
        .join(delivery, delivery.c.id == numbered.c.id)
        .where(numbered.c.number == 1)
        .order_by(*order)
        .limit(limit)
    )
    stands_for = {row.id: int(row.stands_for) for row in connection.execute(found)}
    rows = _DELIVERIES.all(connection.execute(_deliveries(delivery.c.id.in_(stands_for))))
    return tuple((row, stands_for[row.id]) for row in rows)


def count(connection: Connection, selection: Selection) -> int:
    chosen = _deliveries(*selection.conditions()).with_only_columns(func.count()).order_by(None)
    return int(connection.execute(chosen).scalar_one())


def refuse_later(connection: Connection, delivery_id: UUID, code: str, why: str, now: datetime) -> bool:
    """Put a delivery into quarantine that its recipient has, or may have. False if it is in any other state."""
    changed = connection.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state.in_((DeliveryState.DELIVERED, DeliveryState.WAITING)))
        .values(
            state=DeliveryState.QUARANTINED, quarantined_at=now, why_code=code, why=why, why_where=None, why_cure=None
        )
        .returning(delivery.c.id)
    )
    return changed.scalar() is not None


def deliveries_beginning_with(connection: Connection, characters: str) -> tuple[QuarantinedDelivery, ...]:
    """Return and lock at most two deliveries whose ids begin with these characters."""
    query = _deliveries(begins_with(delivery.c.id, characters)).limit(ENOUGH)
    return _DELIVERIES.all(connection.execute(query.with_for_update(of=delivery)))


def counts(connection: Connection, selection: Selection) -> tuple[QuarantineCount, ...]:
    query = (
        select(*_COUNTS.columns)
        .join(message, message.c.id == delivery.c.message_id)
        .where(_IN_QUARANTINE, *selection.conditions())
        .group_by(delivery.c.recipient, message.c.kind, delivery.c.why_code)
        .order_by(delivery.c.recipient, message.c.kind, delivery.c.why_code)
    )
    return _COUNTS.all(connection.execute(query))


def lock(connection: Connection, delivery_id: UUID) -> QuarantinedDelivery | None:
    """Return and lock the delivery if it is still in quarantine."""
    query = _deliveries(delivery.c.id == delivery_id).order_by(None).with_for_update(of=delivery)
    return _DELIVERIES.first(connection.execute(query))


def of_message(connection: Connection, message_id: UUID) -> tuple[QuarantinedDelivery, ...]:
    """Lock and return the deliveries of a message that are in quarantine."""
    query = _deliveries(delivery.c.message_id == message_id).with_for_update(of=delivery)
    return _DELIVERIES.all(connection.execute(query))


def release(connection: Connection, delivery_id: UUID, now: datetime) -> None:
    """Make it due at once and forget its attempts. It keeps its place among the deliveries of its subject."""
    values = {"state": DeliveryState.WAITING, "attempts": 0, "due_at": now} | dict.fromkeys(
        ("why", "why_code", "why_where", "why_cure", "quarantined_at")
    )
    connection.execute(update(delivery).where(delivery.c.id == delivery_id, _IN_QUARANTINE).values(**values))
    wake_relay(connection)


def discard(connection: Connection, delivery_ids: Sequence[UUID], code: str, why: str) -> None:
    """End the deliveries without sending them. They no longer hold back others."""
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(delivery_ids))
        .values(state=DeliveryState.DISCARDED, why_code=code, why=why)
    )
    wake_relay(connection)


def take_place(connection: Connection, message_id: UUID, former: Sequence[KeptDelivery]) -> None:
    """Give the deliveries of this message the positions of the former ones of the same recipients."""
    for each in former:
        connection.execute(
            update(delivery)
            .where(delivery.c.message_id == message_id, delivery.c.recipient == each.recipient)
            .values(position=each.position)
        )
