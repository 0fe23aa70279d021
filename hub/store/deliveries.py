"""Deliveries: the outbox, its leases, and how each attempt ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, ScalarSelect, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.lifecycle import ENDED, DeliveryState
from hub.store import answers, blinding
from hub.store.tables import delivery, message, raw_document

WAKE_CHANNEL = "hub_delivery_due"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    message_id: UUID
    recipient: str
    target: str
    subject: str
    cause: UUID | None
    protocol: str
    protocol_version: int
    withheld: list[dict[str, Any]]
    due_at: datetime


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


def add(connection: Connection, new: NewDelivery) -> UUID | None:
    """The id of the new delivery, or None if this recipient has this message already. Wakes the relay on commit."""
    added: UUID | None = connection.execute(
        upsert(delivery)
        .values(
            id=uuid4(),
            message_id=new.message_id,
            recipient=new.recipient,
            target=new.target,
            subject=blinding.subject_key(connection, new.subject),
            cause=new.cause,
            state=DeliveryState.WAITING,
            attempts=0,
            due_at=new.due_at,
            protocol=new.protocol,
            protocol_version=new.protocol_version,
            withheld=new.withheld,
            unexpressed=[],
            created_at=new.due_at,
            handed_in_by=_caller_of(new.message_id),
        )
        .on_conflict_do_nothing(constraint="delivery_once")
        .returning(delivery.c.id)
    ).scalar()
    return added


def _caller_of(message_id: UUID) -> ScalarSelect[str]:
    """Who handed in the document; nobody for what the hub wrote by itself."""
    handed_in = raw_document.join(message, message.c.raw_document_id == raw_document.c.id)
    return select(raw_document.c.caller).select_from(handed_in).where(message.c.id == message_id).scalar_subquery()


def make_due(connection: Connection, recipient: str, now: datetime) -> None:
    """Whatever waits for this recipient need wait no longer."""
    waiting = (delivery.c.recipient == recipient, delivery.c.state == DeliveryState.WAITING, delivery.c.due_at > now)
    connection.execute(update(delivery).where(*waiting).values(due_at=now))
    connection.execute(text(f"NOTIFY {WAKE_CHANNEL}"))


def begin(connection: Connection, ids: tuple[UUID, ...], token: UUID, now: datetime) -> tuple[Work, ...]:
    """Count an attempt for each delivery that this token still holds, in order of position.

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
        .values(attempts=delivery.c.attempts + 1, begun_at=now)
        .returning(delivery)
    ).all()
    return tuple(
        Work(row.id, row.message_id, row.recipient, row.target, row.attempts, row.lease_until, row.deaths)
        for row in sorted(rows, key=lambda row: int(row.position))
    )


def end(connection: Connection, ending: Ending, token: UUID) -> Row[Any, Any] | None:
    """Write how the attempt ended and return its (message_id, recipient); None if the token no longer holds: a late
    worker changes nothing."""
    changed = connection.execute(
        update(delivery)
        .where(delivery.c.id == ending.id, delivery.c.lease_token == token, delivery.c.state == DeliveryState.SENDING)
        .values(_values(ending))
        .returning(delivery.c.message_id, delivery.c.recipient)
    ).one_or_none()
    if changed is not None:
        answers.keep_words(connection, ending.id, ending.receipt)
    return changed


def end_placed(connection: Connection, ending: Ending) -> None:
    """What became of a delivery in a mailbox. The caller holds the item's lock, which stands for the lease."""
    placed = (delivery.c.id == ending.id, delivery.c.state == DeliveryState.PLACED)
    connection.execute(update(delivery).where(*placed).values(_values(ending)))
    answers.keep_words(connection, ending.id, ending.receipt)
    if ending.state is DeliveryState.DELIVERED:
        connection.execute(text(f"NOTIFY {WAKE_CHANNEL}"))  # the next one about the same subject may go


def _values(ending: Ending) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": ending.state,
        "lease_token": None,
        "lease_until": None,
        "begun_at": None,
        "deaths": 0,
        "why_code": ending.why_code,
        "why": ending.why,
        "why_where": ending.where,
        "why_cure": ending.cure,
        "quarantined_at": ending.at if ending.state is DeliveryState.QUARANTINED else None,
    }
    if ending.due_at is not None:
        values["due_at"] = ending.due_at
    if ending.uncounted:
        values["attempts"] = delivery.c.attempts - 1
    if ending.decision is not None:
        values["protocol"], values["protocol_version"], values["withheld"] = ending.decision
    if ending.unexpressed is not None:
        values["unexpressed"] = ending.unexpressed
    if ending.state is DeliveryState.DELIVERED:
        values |= {"delivered_at": ending.at, "receipt": answers.without_words(ending.receipt)}
    return values


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
