"""Quarantine: deliveries that a person must look at, and the parts of documents that were refused when they came."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from hub.lifecycle import DeliveryState, PartState
from hub.store.content.tables import raw_document
from hub.store.database.rows import Rows
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.messages.deliveries import KeptDelivery, wake_relay
from hub.store.messages.tables import delivery, message
from hub.store.persons.tables import disposal
from hub.store.repairing.tables import refused_part


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries: what is None does not matter. `since` and `until` are of the message's acceptance."""

    recipient: str | None = None
    sender: str | None = None
    kind: str | None = None
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def as_plain(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Over message and delivery, joined."""
        wanted: list[tuple[Callable[[Any], ColumnElement[bool]], object]] = [
            (delivery.c.recipient.__eq__, self.recipient),
            (message.c.sender.__eq__, self.sender),
            (message.c.kind.__eq__, self.kind),
            (delivery.c.why_code.__eq__, self.code),
            (message.c.accepted_at.__ge__, self.since),
            (message.c.accepted_at.__lt__, self.until),
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
_IN_QUARANTINE = delivery.c.state == DeliveryState.QUARANTINED


def _deliveries(*more: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*_DELIVERIES.columns)
        .join(message, message.c.id == delivery.c.message_id)
        .where(_IN_QUARANTINE, *more)
        .order_by(delivery.c.quarantined_at, delivery.c.position)
    )


def deliveries_in(connection: Connection, selection: Selection, limit: int) -> tuple[QuarantinedDelivery, ...]:
    """The oldest first."""
    return _DELIVERIES.all(connection.execute(_deliveries(*selection.conditions()).limit(limit)))


def count(connection: Connection, selection: Selection) -> int:
    chosen = _deliveries(*selection.conditions()).with_only_columns(func.count()).order_by(None)
    return int(connection.execute(chosen).scalar_one())


def deliveries_beginning_with(connection: Connection, characters: str) -> tuple[QuarantinedDelivery, ...]:
    """Those whose ids begin so, at most two; locked."""
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
    """The delivery, if it is still in quarantine."""
    query = _deliveries(delivery.c.id == delivery_id).order_by(None).with_for_update(of=delivery)
    return _DELIVERIES.first(connection.execute(query))


def release(connection: Connection, delivery_id: UUID, now: datetime) -> None:
    """Due at once, as if it had never been tried; it keeps its place among those of its subject."""
    values = {"state": DeliveryState.WAITING, "attempts": 0, "due_at": now} | dict.fromkeys(
        ("why", "why_code", "why_where", "why_cure", "quarantined_at")
    )
    connection.execute(update(delivery).where(delivery.c.id == delivery_id, _IN_QUARANTINE).values(**values))
    wake_relay(connection)


def discard(connection: Connection, delivery_ids: Sequence[UUID], code: str, why: str) -> None:
    """Never sent: it holds back nobody any more."""
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(delivery_ids))
        .values(state=DeliveryState.DISCARDED, why_code=code, why=why)
    )
    wake_relay(connection)


def take_place(connection: Connection, message_id: UUID, former: Sequence[KeptDelivery]) -> None:
    """The deliveries of this message stand where the former ones of the same recipients stood."""
    for each in former:
        connection.execute(
            update(delivery)
            .where(delivery.c.message_id == message_id, delivery.c.recipient == each.recipient)
            .values(position=each.position)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem that was answered to a sender, as far as it is kept."""

    code: str
    place: str
    problem: str
    cure: str


def keep_refused(connection: Connection, raw_document_id: UUID, refusals: Sequence[Refusal], now: datetime) -> None:
    if refusals:
        connection.execute(
            insert(refused_part),
            [
                {"id": uuid4(), "raw_document_id": raw_document_id, "number": number, "at": now}
                | asdict(refusal)
                | {"state": PartState.OPEN}
                for number, refusal in enumerate(refusals, start=1)
            ],
        )


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """A part of a document that was refused, with the sender and the media type of the document."""

    id: UUID
    raw_document_id: UUID
    at: datetime
    code: str
    place: str
    problem: str
    cure: str
    caller: str
    media_type: str


_PARTS = Rows(RefusedPart, refused_part, raw_document)


def _parts(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Open ones whose document still is there."""
    gone = select(disposal.c.id).where(disposal.c.id == refused_part.c.raw_document_id)
    return (
        select(*_PARTS.columns)
        .join(raw_document, raw_document.c.id == refused_part.c.raw_document_id)
        .where(refused_part.c.state == PartState.OPEN, ~gone.exists(), *conditions)
        .order_by(refused_part.c.at, refused_part.c.raw_document_id, refused_part.c.number)
    )


def _about_parts(sender: str | None, code: str | None) -> list[ColumnElement[bool]]:
    conditions = [raw_document.c.caller == sender] if sender else []
    return conditions + ([refused_part.c.code == code] if code else [])


def parts(connection: Connection, sender: str | None, code: str | None, limit: int) -> tuple[RefusedPart, ...]:
    return _PARTS.all(connection.execute(_parts(*_about_parts(sender, code)).limit(limit)))


def count_parts(connection: Connection, sender: str | None, code: str | None) -> int:
    chosen = _parts(*_about_parts(sender, code)).with_only_columns(func.count()).order_by(None)
    return int(connection.execute(chosen).scalar_one())


def parts_beginning_with(connection: Connection, characters: str) -> tuple[RefusedPart, ...]:
    """Open ones whose ids begin so, at most two."""
    return _PARTS.all(connection.execute(_parts(begins_with(refused_part.c.id, characters)).limit(ENOUGH)))


def parts_of_document(connection: Connection, raw_document_id: UUID) -> tuple[RefusedPart, ...]:
    return _PARTS.all(connection.execute(_parts(refused_part.c.raw_document_id == raw_document_id)))


def close_parts(
    connection: Connection,
    ids: Sequence[UUID],
    state: PartState,
    *,
    by: str,
    because: str,
    received_again_as: UUID | None,
    now: datetime,
) -> None:
    connection.execute(
        update(refused_part)
        .where(refused_part.c.id.in_(ids), refused_part.c.state == PartState.OPEN)
        .values(state=state, closed_at=now, closed_by=by, closed_because=because, received_again_as=received_again_as)
    )
