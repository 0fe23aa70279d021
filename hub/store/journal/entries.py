"""Reads the journal: the entries of a message, and pages of all entries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from hub.store.database.rows import Rows
from hub.store.journal.tables import journal
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry of the journal, with its position."""

    position: int
    at: datetime
    event: str
    raw_document_id: UUID | None
    message_id: UUID | None
    delivery_id: UUID | None
    clock_id: UUID | None
    agency: str | None
    detail: JsonObject


_ENTRIES = Rows(KeptEntry, journal)
_FOR_OPERATORS = (
    *("partner.silent", "partner.answers", "partner.not_fetching"),
    *("delivery.quarantined", "document.refused", "part.refused", "document.abandoned"),
    *("clock.overdue", "protocol.noticed"),
)
_HANDED = ("delivery.fetched", "delivery.delivered")


def position_of_acceptance(connection: Connection, message_id: UUID) -> int:
    """Return the position of the entry that records the acceptance of the message."""
    query = select(func.min(journal.c.position)).where(_acceptance_of(message_id))
    return int(connection.execute(query).scalar_one())


def place_of(connection: Connection, message_id: UUID) -> str | None:
    """Return the place of the message in its document, as its acceptance entry gives it."""
    query = select(journal.c.detail).where(_acceptance_of(message_id))
    detail: JsonObject = connection.execute(query.order_by(journal.c.position).limit(1)).scalar() or {}
    return detail.get("where")


def _acceptance_of(message_id: UUID) -> ColumnElement[bool]:
    return and_(journal.c.message_id == message_id, journal.c.event == "message.accepted")


def digest_handed(connection: Connection, message_id: UUID, delivery_id: UUID) -> str | None:
    """Return the digest of the bytes that the recipient of this delivery was handed last; None if it has none yet."""
    handed = journal.c.detail["sha256"].astext
    query = select(handed).where(journal.c.message_id == message_id, journal.c.delivery_id == delivery_id)
    query = query.where(journal.c.event.in_(_HANDED)).order_by(journal.c.position.desc()).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def of_message(connection: Connection, message_id: UUID, raw_document_id: UUID | None) -> tuple[KeptEntry, ...]:
    condition = journal.c.message_id == message_id
    if raw_document_id is not None:
        condition = or_(condition, (journal.c.raw_document_id == raw_document_id) & journal.c.message_id.is_(None))
    query = select(*_ENTRIES.columns).where(condition)
    return _ENTRIES.all(connection.execute(query.order_by(journal.c.position)))


def was_answered(connection: Connection, message_id: UUID, delivery_id: UUID, call: str) -> bool:
    """Whether the recipient has said by this call what became of the message."""
    query = select(journal.c.position).where(
        journal.c.message_id == message_id,
        journal.c.event == "delivery.answered",
        journal.c.delivery_id == delivery_id,
        journal.c.detail["call"].astext == call,
    )
    return connection.execute(query.limit(1)).scalar() is not None


def newest_position(connection: Connection) -> int:
    """Return the position of the last entry; 0 if there is none."""
    return int(connection.execute(select(func.max(journal.c.position))).scalar() or 0)


def for_operators(connection: Connection, after: int, limit: int) -> tuple[KeptEntry, ...]:
    """Return entries after a position, in order, about what an operator must know."""
    query = select(*_ENTRIES.columns).where(journal.c.position > after, journal.c.event.in_(_FOR_OPERATORS))
    return _ENTRIES.all(connection.execute(query.order_by(journal.c.position).limit(limit)))


def page(
    connection: Connection, after: int, limit: int, event: str | None, message_id: UUID | None
) -> tuple[KeptEntry, ...]:
    """Return entries after a position, in order; only those of one event or one message if these are given."""
    query = select(*_ENTRIES.columns).where(journal.c.position > after)
    if event is not None:
        # Written out, because only then the server sees that an index of rare events has it.
        query = query.where(journal.c.event == bindparam("event", event, literal_execute=True))
    if message_id is not None:
        query = query.where(journal.c.message_id == message_id)
    return _ENTRIES.all(connection.execute(query.order_by(journal.c.position).limit(limit)))
