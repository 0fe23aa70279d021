"""Deliveries: what is to be sent, and the state of each."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, text, update

from hub.lifecycle import ENDED, DeliveryState
from hub.store.content import blinding
from hub.store.database.gathered import add_row
from hub.store.database.rows import Rows
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.messages.tables import delivery
from schemas.json import JsonObject
from schemas.withheld import WithheldField

WAKE_CHANNEL = "hub_delivery_due"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    id: UUID
    recipient: str
    target: str
    protocol: str
    protocol_version: int
    withheld: list[WithheldField]
    known_as: UUID | None = None
    """The id by which the recipient knows the message, if it must not know the id that others know."""


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Why deliveries go before a person before anything is sent."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class KeptDelivery:
    """A delivery as it is now. `receipt` is the recipient's answer without the recipient's own words."""

    id: UUID
    message_id: UUID
    recipient: str
    target: str
    position: int
    cause: UUID | None
    state: DeliveryState
    attempts: int
    due_at: datetime
    protocol: str
    protocol_version: int
    withheld: list[WithheldField]
    unexpressed: list[str]
    why_code: str | None
    why: str | None
    created_at: datetime
    delivered_at: datetime | None
    receipt: JsonObject | None
    known_as: UUID | None


@dataclass(frozen=True, slots=True)
class EarlierDelivery:
    """A delivery that a later one of the same recipient and subject waits for."""

    message_id: UUID
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class MovedDelivery:
    """A delivery that was moved from an agency to its successor."""

    id: UUID
    message_id: UUID


_DELIVERIES = Rows(KeptDelivery, delivery)
_EARLIER = Rows(EarlierDelivery, delivery)


# For a message that the hub wrote itself, nobody handed in a document, so `handed_in_by` is NULL.
_ADD = text("""
    INSERT INTO delivery (id, message_id, recipient, target, subject, cause, state, attempts, due_at, protocol,
        protocol_version, withheld, unexpressed, created_at, known_as, why_code, why,
        quarantined_at, handed_in_by)
    SELECT n.id, :message_id, n.recipient, n.target, :subject, CAST(:cause AS uuid), :state, 0, :due_at, n.protocol,
        n.protocol_version, n.withheld, '[]', :due_at, n.known_as, :why_code, :why,
        CAST(:quarantined_at AS timestamptz),
        (SELECT r.caller FROM raw_document r JOIN message m ON m.raw_document_id = r.id WHERE m.id = :message_id)
    FROM jsonb_to_recordset(CAST(:new AS jsonb))
        AS n (id uuid, recipient text, target text, protocol text, protocol_version int, withheld jsonb,
            known_as uuid)
    ON CONFLICT ON CONSTRAINT delivery_once DO NOTHING
    RETURNING id
""")


def add(
    connection: Connection,
    message_id: UUID,
    subject: str,
    new: Sequence[NewDelivery],
    due_at: datetime,
    cause: UUID | None,
    kept_back: KeptBack | None = None,
) -> frozenset[UUID]:
    """Add deliveries. They wait for a person first if they are `kept_back`. Returns the ids of the new ones, because a
    recipient gets a message once. Wakes the relay on commit."""
    if not new:
        return frozenset()
    added = connection.execute(
        _ADD,
        {
            "message_id": message_id,
            "subject": blinding.subject_key(connection, subject),
            "cause": cause,
            "due_at": due_at,
            "state": DeliveryState.QUARANTINED if kept_back else DeliveryState.WAITING,
            "why_code": kept_back.code if kept_back else None,
            "why": kept_back.why if kept_back else None,
            "quarantined_at": due_at if kept_back else None,
            "new": json.dumps([_plain(each) for each in new], ensure_ascii=False),
        },
    )
    return frozenset(added.scalars())


def add_to_new(
    connection: Connection,
    message_id: UUID,
    subject: str,
    new: Sequence[NewDelivery],
    due_at: datetime,
    handed_in_by: str | None,
    kept_back: KeptBack | None = None,
) -> None:
    """Add the deliveries of a message that this transaction keeps, one for each recipient. `handed_in_by` is the agency
    that handed in its document."""
    blinded = blinding.subject_key(connection, subject)
    for each in new:
        row = {
            "id": each.id,
            "message_id": message_id,
            "recipient": each.recipient,
            "target": each.target,
            "subject": blinded,
            "state": DeliveryState.QUARANTINED if kept_back else DeliveryState.WAITING,
            "attempts": 0,
            "due_at": due_at,
            "protocol": each.protocol,
            "protocol_version": each.protocol_version,
            "withheld": each.withheld,
            "unexpressed": [],
            "created_at": due_at,
            "known_as": each.known_as,
            "why_code": kept_back.code if kept_back else None,
            "why": kept_back.why if kept_back else None,
            "quarantined_at": due_at if kept_back else None,
            "handed_in_by": handed_in_by,
        }
        add_row(connection, delivery, row)


def _plain(new: NewDelivery) -> JsonObject:
    return asdict(new) | {"id": str(new.id), "known_as": str(new.known_as) if new.known_as else None}


def wake_relay(connection: Connection) -> None:
    """Make the relay look for due deliveries as soon as this transaction commits."""
    connection.execute(text(f"NOTIFY {WAKE_CHANNEL}"))


def make_due(connection: Connection, recipient: str, now: datetime) -> None:
    """Make everything due at once that waits for this recipient."""
    waiting = (delivery.c.recipient == recipient, delivery.c.state == DeliveryState.WAITING, delivery.c.due_at > now)
    connection.execute(update(delivery).where(*waiting).values(due_at=now))
    wake_relay(connection)


# A delivery that is being sent is not moved now; the caller looks again later. A message that the successor has already
# is not moved either.
_READDRESS = text("""
    UPDATE delivery SET recipient = :successor
    WHERE id IN (
        SELECT d.id FROM delivery d
        WHERE d.recipient = :former AND d.state IN ('waiting', 'held', 'placed', 'quarantined')
          AND NOT EXISTS (SELECT FROM delivery o WHERE o.message_id = d.message_id AND o.recipient = :successor)
        ORDER BY d.position LIMIT :limit FOR UPDATE OF d SKIP LOCKED)
    RETURNING id, message_id
""")
_MAILBOX_TOO = text("UPDATE mailbox_item SET recipient = :successor WHERE delivery_id = ANY (:ids)")
_OPEN_FOR = text("""
    SELECT DISTINCT recipient FROM delivery
    WHERE recipient = ANY (:recipients) AND state NOT IN ('delivered', 'discarded') ORDER BY recipient
""")


def open_for(connection: Connection, recipients: Sequence[str]) -> tuple[str, ...]:
    """Return the recipients among these that have a delivery that has not ended."""
    return tuple(connection.execute(_OPEN_FOR, {"recipients": list(recipients)}).scalars())


def readdress(connection: Connection, former: str, successor: str, limit: int) -> tuple[MovedDelivery, ...]:
    """Move up to `limit` open deliveries from one agency to its successor. Their order within a subject stays."""
    given = {"former": former, "successor": successor}
    rows = connection.execute(_READDRESS, given | {"limit": limit})
    moved = tuple(MovedDelivery(row.id, row.message_id) for row in rows)
    connection.execute(_MAILBOX_TOO, {"successor": successor, "ids": [each.id for each in moved]})
    return moved


def of_message(connection: Connection, id: UUID) -> tuple[KeptDelivery, ...]:
    query = select(*_DELIVERIES.columns).where(delivery.c.message_id == id).order_by(delivery.c.position)
    return _DELIVERIES.all(connection.execute(query))


def unsent_of(connection: Connection, message_id: UUID) -> tuple[KeptDelivery, ...]:
    """Return and lock deliveries of this message that have not been sent and are not being sent."""
    states = (DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.QUARANTINED)
    query = (
        select(*_DELIVERIES.columns)
        .where(delivery.c.message_id == message_id, delivery.c.state.in_(states))
        .order_by(delivery.c.position)
        .with_for_update()
    )
    return _DELIVERIES.all(connection.execute(query))


def of_recipient(connection: Connection, message_id: UUID, recipient: str) -> KeptDelivery | None:
    query = select(*_DELIVERIES.columns).where(delivery.c.message_id == message_id, delivery.c.recipient == recipient)
    return _DELIVERIES.first(connection.execute(query))


def known_to(connection: Connection, recipient: str, id: UUID) -> KeptDelivery | None:
    """Return the delivery of the message that this recipient knows by this id. Another id of the same message finds
    nothing."""
    query = select(*_DELIVERIES.columns).where(delivery.c.recipient == recipient)
    own = _DELIVERIES.first(connection.execute(query.where(delivery.c.known_as == id)))
    if own is not None:
        return own
    return _DELIVERIES.first(
        connection.execute(query.where(delivery.c.message_id == id, delivery.c.known_as.is_(None)))
    )


def known_as_beginning_with(connection: Connection, characters: str) -> tuple[UUID, ...]:
    """Return at most two messages that a recipient knows by an id that begins so."""
    query = select(delivery.c.message_id).where(begins_with(delivery.c.known_as, characters)).distinct()
    return tuple(connection.execute(query.limit(ENOUGH)).scalars())


_MINE = delivery.alias("mine")
_SAME_SUBJECT = (
    delivery.c.recipient == _MINE.c.recipient,
    delivery.c.subject == _MINE.c.subject,
    delivery.c.state.not_in(sorted(ENDED)),
)


def earlier_unfinished(connection: Connection, id: UUID) -> EarlierDelivery | None:
    """Return the delivery of the same recipient and subject that this one waits for."""
    query = (
        select(*_EARLIER.columns)
        .join(_MINE, _MINE.c.id == id)
        .where(*_SAME_SUBJECT, delivery.c.position < _MINE.c.position)
        .order_by(delivery.c.position)
        .limit(1)
    )
    return _EARLIER.first(connection.execute(query))


def count_held_back(connection: Connection, id: UUID) -> int:
    """Return how many later deliveries of the same recipient and subject wait for this one."""
    query = (
        select(func.count(delivery.c.id))
        .join(_MINE, _MINE.c.id == id)
        .where(*_SAME_SUBJECT, delivery.c.position > _MINE.c.position)
    )
    return int(connection.execute(query).scalar_one())
