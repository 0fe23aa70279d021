"""The journal, read: the entries of a message, and pages of all of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from hub.store.database.rows import Rows
from hub.store.journal.tables import journal
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A line as it stands in the journal, at its position."""

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


def position_of_acceptance(connection: Connection, message_id: UUID) -> int:
    """Where the entry stands that says that the message was accepted."""
    query = select(func.min(journal.c.position)).where(_acceptance_of(message_id))
    return int(connection.execute(query).scalar_one())


def place_of(connection: Connection, message_id: UUID) -> str | None:
    """Where the message stood in its document, as its acceptance says."""
    query = select(journal.c.detail).where(_acceptance_of(message_id))
    detail: JsonObject = connection.execute(query.order_by(journal.c.position).limit(1)).scalar() or {}
    return detail.get("where")


def _acceptance_of(message_id: UUID) -> ColumnElement[bool]:
    return and_(journal.c.message_id == message_id, journal.c.event == "message.accepted")


def of_message(connection: Connection, message_id: UUID, raw_document_id: UUID | None) -> tuple[KeptEntry, ...]:
    condition = journal.c.message_id == message_id
    if raw_document_id is not None:
        condition = or_(condition, (journal.c.raw_document_id == raw_document_id) & journal.c.message_id.is_(None))
    query = select(*_ENTRIES.columns).where(condition)
    return _ENTRIES.all(connection.execute(query.order_by(journal.c.position)))


def page(
    connection: Connection, after: int, limit: int, event: str | None, message_id: UUID | None
) -> tuple[KeptEntry, ...]:
    """Entries behind a position, in their order; of one event or one message if these are given."""
    query = select(*_ENTRIES.columns).where(journal.c.position > after)
    if event is not None:
        query = query.where(journal.c.event == event)
    if message_id is not None:
        query = query.where(journal.c.message_id == message_id)
    return _ENTRIES.all(connection.execute(query.order_by(journal.c.position).limit(limit)))
