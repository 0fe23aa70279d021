"""The journal: a line for every step, appended in the transaction of the step itself, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, or_, select

from hub.store.database.rows import Rows
from hub.store.journal.tables import journal
from schemas.json import Json, JsonMapping, JsonObject

_ADD = insert(journal)
_APPEND = _ADD.returning(journal.c.position)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to be. `detail` says what happened in codes, ids and field paths; never a value of a field."""

    event: str
    at: datetime
    message_id: UUID | None
    delivery_id: UUID | None
    agency: str | None
    detail: JsonMapping
    raw_document_id: UUID | None = None
    clock_id: UUID | None = None


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


def append_all(connection: Connection, entries: Sequence[Entry]) -> None:
    """In their order."""
    if entries:
        connection.execute(_ADD, [_row(entry) for entry in entries])


def append(
    connection: Connection,
    event: str,
    at: datetime,
    *,
    raw_document_id: UUID | None = None,
    message_id: UUID | None = None,
    delivery_id: UUID | None = None,
    clock_id: UUID | None = None,
    agency: str | None = None,
    **detail: Json,
) -> int:
    """Returns its position."""
    entry = Entry(event, at, message_id, delivery_id, agency, detail, raw_document_id, clock_id)
    return int(connection.execute(_APPEND, _row(entry)).scalar_one())


def _row(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at,
        "event": entry.event,
        "raw_document_id": entry.raw_document_id,
        "message_id": entry.message_id,
        "delivery_id": entry.delivery_id,
        "clock_id": entry.clock_id,
        "agency": entry.agency,
        "detail": entry.detail,
    }


def position_of(connection: Connection, event: str, message_id: UUID) -> int:
    """Where the first entry of that event stands for this message."""
    query = select(func.min(journal.c.position)).where(journal.c.message_id == message_id, journal.c.event == event)
    return int(connection.execute(query).scalar_one())


def place_of(connection: Connection, message_id: UUID) -> str | None:
    """Where the message stood in its document, as its acceptance says."""
    query = select(journal.c.detail).where(journal.c.message_id == message_id, journal.c.event == "message.accepted")
    detail: JsonObject = connection.execute(query.order_by(journal.c.position).limit(1)).scalar() or {}
    return detail.get("where")


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
