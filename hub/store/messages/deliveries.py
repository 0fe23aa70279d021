"""Deliveries: the outbox, its leases, and how each attempt ended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Connection, Row, bindparam, case, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from hub.lifecycle import ENDED, DeliveryState
from hub.store.content import blinding
from hub.store.messages import answers
from hub.store.messages.tables import delivery

WAKE_CHANNEL = "hub_delivery_due"
_NULLABLE = JSONB(none_as_null=True)


@dataclass(frozen=True, slots=True)
class NewDelivery:
    id: UUID
    recipient: str
    target: str
    protocol: str
    protocol_version: int
    withheld: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Work:
    """A begun attempt: counted and committed before anything risky happens."""

    id: UUID
    message_id: UUID
    recipient: str
    target: str
    attempt: int
    lease_until: datetime
    deaths: int
    """Workers that died on it, one after another."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended. `due_at` says when a waiting or held delivery is looked at again."""

    id: UUID
    state: DeliveryState
    at: datetime
    due_at: datetime | None = None
    why_code: str | None = None
    why: str | None = None
    where: str | None = None
    cure: str | None = None
    receipt: dict[str, Any] | None = None
    decision: tuple[str, int, list[dict[str, Any]]] | None = None
    unexpressed: list[str] | None = None
    uncounted: bool = False
    """The attempt was given back before anything was sent, or broken off by ourselves."""
    perhaps_sent: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """Of a delivery whose attempt has ended."""

    message_id: UUID
    recipient: str


# Who handed in the document is nobody for what the hub wrote by itself.
_ADD = text("""
    INSERT INTO delivery (id, message_id, recipient, target, subject, cause, state, attempts, due_at, protocol,
        protocol_version, withheld, unexpressed, created_at, handed_in_by)
    SELECT n.id, :message_id, n.recipient, n.target, :subject, CAST(:cause AS uuid), 'waiting', 0, :due_at, n.protocol,
        n.protocol_version, n.withheld, '[]', :due_at,
        (SELECT r.caller FROM raw_document r JOIN message m ON m.raw_document_id = r.id WHERE m.id = :message_id)
    FROM jsonb_to_recordset(CAST(:new AS jsonb))
        AS n (id uuid, recipient text, target text, protocol text, protocol_version int, withheld jsonb)
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
) -> frozenset[UUID]:
    """The ids of those that are new: a recipient has a message once. Wakes the relay on commit."""
    if not new:
        return frozenset()
    added = connection.execute(
        _ADD,
        {
            "message_id": message_id,
            "subject": blinding.subject_key(connection, subject),
            "cause": cause,
            "due_at": due_at,
            "new": json.dumps([asdict(each) | {"id": str(each.id)} for each in new], ensure_ascii=False),
        },
    )
    return frozenset(added.scalars())


def make_due(connection: Connection, recipient: str, now: datetime) -> None:
    """Whatever waits for this recipient need wait no longer."""
    waiting = (delivery.c.recipient == recipient, delivery.c.state == DeliveryState.WAITING, delivery.c.due_at > now)
    connection.execute(update(delivery).where(*waiting).values(due_at=now))
    connection.execute(text(f"NOTIFY {WAKE_CHANNEL}"))


# Not what is being sent: that is looked at again. A message that the successor has by itself stays as it is.
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
    """Those of them for whom something has not ended."""
    return tuple(connection.execute(_OPEN_FOR, {"recipients": list(recipients)}).scalars())


def readdress(connection: Connection, former: str, successor: str, limit: int) -> tuple[Row[Any], ...]:
    """What is open for one agency is for another from now on, in its place among those of its subject."""
    given = {"former": former, "successor": successor}
    moved = tuple(connection.execute(_READDRESS, given | {"limit": limit}))
    connection.execute(_MAILBOX_TOO, {"successor": successor, "ids": [row.id for row in moved]})
    return moved


def begin(
    connection: Connection, ids: tuple[UUID, ...], token: UUID, now: datetime, lease: timedelta
) -> tuple[Work, ...]:
    """Count an attempt for each delivery that this token still holds, in order of position. From here on it has the
    whole `lease`, however long the task was in the queue: who is slow must not count as dead.

    Once for each claim: a task that the broker hands out again because its worker was lost finds nothing to do.
    """
    rows = connection.execute(
        update(delivery)
        .where(
            delivery.c.id.in_(ids),
            delivery.c.lease_token == token,
            delivery.c.state == DeliveryState.SENDING,
            delivery.c.lease_until > now,
            delivery.c.begun_at.is_(None),
        )
        .values(attempts=delivery.c.attempts + 1, begun_at=now, lease_until=now + lease)
        .returning(delivery)
    ).all()
    return tuple(
        Work(
            row.id,
            row.message_id,
            row.recipient,
            row.target,
            row.attempts,
            row.lease_until,
            row.deaths,
            row.created_at,
        )
        for row in sorted(rows, key=lambda row: int(row.position))
    )


_DELIVERED = bindparam("delivered", type_=Boolean)
_AS_ENDED = (
    update(delivery)
    .where(delivery.c.id == bindparam("of"))
    .values(
        state=bindparam("ended_as"),
        lease_token=None,
        lease_until=None,
        begun_at=None,
        deaths=0,
        why_code=bindparam("code"),
        why=bindparam("words"),
        why_where=bindparam("place"),
        why_cure=bindparam("to_do"),
        quarantined_at=bindparam("in_quarantine_at"),
        due_at=func.coalesce(bindparam("next_look_at"), delivery.c.due_at),
        attempts=delivery.c.attempts - bindparam("uncounted"),
        protocol=func.coalesce(bindparam("under"), delivery.c.protocol),
        protocol_version=func.coalesce(bindparam("under_version"), delivery.c.protocol_version),
        withheld=func.coalesce(bindparam("left_out", type_=_NULLABLE), delivery.c.withheld),
        unexpressed=func.coalesce(bindparam("unsaid", type_=_NULLABLE), delivery.c.unexpressed),
        delivered_at=case((_DELIVERED, bindparam("at")), else_=delivery.c.delivered_at),
        receipt=case((_DELIVERED, bindparam("answer", type_=_NULLABLE)), else_=delivery.c.receipt),
        receipt_words=case((_DELIVERED, bindparam("answer_words")), else_=delivery.c.receipt_words),
    )
)
_PLACED_AS_ENDED = _AS_ENDED.where(delivery.c.state == DeliveryState.PLACED)


def end(connection: Connection, endings: Sequence[Ending], token: UUID) -> Mapping[UUID, Ended]:
    """Write how attempts ended. By its id, each delivery that the token still held: a late worker changes nothing."""
    held = (
        select(delivery.c.id, delivery.c.message_id, delivery.c.recipient)
        .where(delivery.c.id.in_([ending.id for ending in endings]), delivery.c.lease_token == token)
        .where(delivery.c.state == DeliveryState.SENDING)
        .order_by(delivery.c.id)  # nobody waits in a ring
        .with_for_update()
    )
    ended = {row.id: Ended(row.message_id, row.recipient) for row in connection.execute(held)}
    written = [ending for ending in endings if ending.id in ended]
    words = answers.encrypted(connection, {each.id: (ended[each.id].message_id, each.receipt) for each in written})
    if written:
        connection.execute(_AS_ENDED, [_values(ending, words.get(ending.id)) for ending in written])
    return ended


def end_placed(connection: Connection, ending: Ending, message_id: UUID) -> None:
    """What became of a delivery in a mailbox. The caller holds the item's lock, which stands for the lease."""
    words = answers.encrypted(connection, {ending.id: (message_id, ending.receipt)})
    connection.execute(_PLACED_AS_ENDED, _values(ending, words.get(ending.id)))
    if ending.state is DeliveryState.DELIVERED:
        connection.execute(text(f"NOTIFY {WAKE_CHANNEL}"))  # the next one about the same subject may go


def _values(ending: Ending, words: bytes | None) -> dict[str, Any]:
    protocol, version, withheld = ending.decision or (None, None, None)
    delivered = ending.state is DeliveryState.DELIVERED
    return {
        "of": ending.id,
        "ended_as": ending.state,
        "code": ending.why_code,
        "words": ending.why,
        "place": ending.where,
        "to_do": ending.cure,
        "in_quarantine_at": ending.at if ending.state is DeliveryState.QUARANTINED else None,
        "next_look_at": ending.due_at,
        "uncounted": int(ending.uncounted),
        "under": protocol,
        "under_version": version,
        "left_out": withheld,
        "unsaid": ending.unexpressed,
        "delivered": delivered,
        "at": ending.at,
        "answer": answers.without_words(ending.receipt) if delivered else None,
        "answer_words": words,
    }


def of_message(connection: Connection, id: UUID) -> tuple[Row[Any], ...]:
    return tuple(connection.execute(select(delivery).where(delivery.c.message_id == id).order_by(delivery.c.position)))


def earlier_unfinished(connection: Connection, id: UUID) -> Row[Any, Any, Any] | None:
    """The delivery of the same recipient and subject that this one waits behind."""
    mine = delivery.alias("mine")
    return connection.execute(
        select(delivery.c.id, delivery.c.message_id, delivery.c.state)
        .join(mine, mine.c.id == id)
        .where(
            delivery.c.recipient == mine.c.recipient,
            delivery.c.subject == mine.c.subject,
            delivery.c.position < mine.c.position,
            delivery.c.state.not_in(sorted(ENDED)),
        )
        .order_by(delivery.c.position)
        .limit(1)
    ).one_or_none()


def is_recipient(connection: Connection, message_id: UUID, agency: str) -> bool:
    return of_recipient(connection, message_id, agency) is not None


def of_recipient(connection: Connection, message_id: UUID, recipient: str) -> Row[Any] | None:
    query = select(delivery).where(delivery.c.message_id == message_id, delivery.c.recipient == recipient)
    return connection.execute(query).one_or_none()
