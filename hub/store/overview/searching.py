"""Searches the messages, the newest first, page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, or_, select, tuple_

from hub.lifecycle import DeliveryState, MessageState
from hub.store.content.blinding import reference_key
from hub.store.database.rows import Rows
from hub.store.database.shortened_ids import begins_with
from hub.store.messages.tables import delivery, message
from hub.store.persons.tables import subject_key


@dataclass(frozen=True, slots=True)
class MessageCriteria:
    """What the messages must have in common. What is None or empty is not asked. `agency` is the sender or a recipient.
    `reference` is a sender's own. `about` are keys of the index of people and cases: a message needs all of them."""

    id_begins: str | None = None
    reference: str | None = None
    kind: str | None = None
    agency: str | None = None
    state: MessageState | DeliveryState | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A place in the list: the message after which the next page begins."""

    accepted_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class FoundMessage:
    id: UUID
    kind: str
    sender: str
    state: MessageState
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class FoundDelivery:
    message_id: UUID
    recipient: str
    state: DeliveryState


_FOUND = Rows(FoundMessage, message)
_DELIVERIES = Rows(FoundDelivery, delivery)


def search(
    connection: Connection, wanted: MessageCriteria, senders: Iterable[str], after: ListPlace | None, limit: int
) -> tuple[FoundMessage, ...]:
    """Return at most `limit` messages. A reference is looked for under each of `senders`, because it is kept blinded
    together with its sender."""
    query = select(*_FOUND.columns).where(*_conditions(connection, wanted, senders))
    if after is not None:
        query = query.where(tuple_(message.c.accepted_at, message.c.id) < (after.accepted_at, after.id))
    return _FOUND.all(
        connection.execute(query.order_by(message.c.accepted_at.desc(), message.c.id.desc()).limit(limit))
    )


def deliveries_of(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, tuple[FoundDelivery, ...]]:
    """Return the deliveries of each message, in their order."""
    query = select(*_DELIVERIES.columns).where(delivery.c.message_id.in_(list(ids))).order_by(delivery.c.position)
    found: dict[UUID, tuple[FoundDelivery, ...]] = {}
    for each in _DELIVERIES.all(connection.execute(query)):
        found[each.message_id] = (*found.get(each.message_id, ()), each)
    return found


def _conditions(connection: Connection, wanted: MessageCriteria, senders: Iterable[str]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.id_begins:
        conditions.append(begins_with(message.c.id, wanted.id_begins))
    if wanted.reference:
        keys = [reference_key(connection, sender, wanted.reference) for sender in senders]
        conditions.append(message.c.sender_reference.in_(keys))
    if wanted.kind:
        conditions.append(message.c.kind == wanted.kind)
    if wanted.agency:
        conditions.append(or_(message.c.sender == wanted.agency, _delivered(delivery.c.recipient == wanted.agency)))
    if isinstance(wanted.state, MessageState):
        conditions.append(message.c.state == wanted.state)
    elif wanted.state is not None:
        conditions.append(_delivered(delivery.c.state == wanted.state))
    if wanted.since:
        conditions.append(message.c.accepted_at >= wanted.since)
    if wanted.until:
        conditions.append(message.c.accepted_at < wanted.until)
    for scheme, key in wanted.about:
        conditions.append(
            exists().where(
                subject_key.c.message_id == message.c.id, subject_key.c.scheme == scheme, subject_key.c.key == key
            )
        )
    return conditions


def _delivered(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(delivery.c.message_id == message.c.id, condition)
