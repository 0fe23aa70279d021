"""Selects the messages for a replay, and sends a delivered one again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, select, union, update

from hub.lifecycle import DeliveryState
from hub.store.messages.deliveries import wake_relay
from hub.store.messages.tables import delivery, mailbox_item, message
from hub.store.repairing.quarantine import Selection


def selected(connection: Connection, selection: Selection, ids: Sequence[UUID], limit: int) -> tuple[UUID, ...]:
    """Return the selected messages in the order of their acceptance. The recipient is not used, because a message may
    be new to that recipient."""
    conditions: list[ColumnElement[bool]] = [message.c.id.in_(ids)] if ids else []
    if selection.kind is not None:
        conditions.append(message.c.kind == selection.kind)
    if selection.sender is not None:
        conditions.append(message.c.sender == selection.sender)
    if selection.since is not None:
        conditions.append(message.c.accepted_at >= selection.since)
    if selection.until is not None:
        conditions.append(message.c.accepted_at < selection.until)
    query = select(message.c.id).where(*conditions).order_by(message.c.accepted_at, message.c.id).limit(limit)
    return tuple(connection.execute(query).scalars())


def replaced(connection: Connection, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those that a later message replaces, or that a newer edition overtook."""
    some = list(ids)
    query = union(
        select(message.c.supersedes).where(message.c.supersedes.in_(some)),
        select(message.c.id).where(message.c.id.in_(some), message.c.overtaken_by.is_not(None)),
    )
    return frozenset(connection.execute(query).scalars())


def send_again(connection: Connection, delivery_id: UUID, now: datetime) -> bool:
    """Make a delivered message due at once, under the same message id. Returns False if it is not delivered (any
    more)."""
    again = connection.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state == DeliveryState.DELIVERED)
        .values(state=DeliveryState.WAITING, attempts=0, due_at=now)
        .returning(delivery.c.id)
    ).scalar()
    if again is None:
        return False
    connection.execute(delete(mailbox_item).where(mailbox_item.c.delivery_id == delivery_id))
    wake_relay(connection)
    return True
