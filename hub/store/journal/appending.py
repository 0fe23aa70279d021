"""Writes the journal: one entry for each step, in the same transaction as the step. An entry never changes.

Only hub.journal.record uses this. It has a function for each event.
"""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert

from hub.store.database.driver import driver
from hub.store.database.gathered import add_row, gathers, noted
from hub.store.journal.tables import journal
from schemas.json import Json, JsonMapping

_ADD = insert(journal)
_GIVEN_FIRST = 32
_LOCK = "LOCK TABLE journal IN ROW EXCLUSIVE MODE"  # sealing waits for those that will still add an entry
_GIVE = "SELECT nextval('journal_position_seq') FROM generate_series(1, %s)"
_APPEND = _ADD.returning(journal.c.position)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be written. `detail` says in codes, ids and field paths what happened; it never holds a value of a
    field."""

    event: str
    at: datetime
    message_id: UUID | None
    delivery_id: UUID | None
    agency: str | None
    detail: JsonMapping
    raw_document_id: UUID | None = None
    clock_id: UUID | None = None


def append_all(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """Append the entries in this order."""
    if gathers(connection):
        for entry in entries:
            _gather(connection, entry)
    elif entries:
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
    """Append one entry. Returns its position."""
    entry = NewEntry(event, at, message_id, delivery_id, agency, detail, raw_document_id, clock_id)
    if gathers(connection):
        return _gather(connection, entry)
    return int(connection.execute(_APPEND, _row(entry)).scalar_one())


def _gather(connection: Connection, entry: NewEntry) -> int:
    """Its position is given now, so that its message can say it, and the row is written with the others."""
    given: deque[int] = noted(connection, "positions", deque)
    if not given:  # asked of the driver, because what is gathered need not be written before
        before: list[int] = noted(connection, "positions given", list)
        if not before:
            driver(connection).execute(_LOCK)
        many = len(before) or _GIVEN_FIRST  # so that all that were given double each time
        fresh = [int(row[0]) for row in driver(connection).execute(_GIVE, [many]).fetchall()]
        before += fresh
        given.extend(fresh)
    position = given.popleft()
    add_row(connection, journal, {"position": position, **_row(entry)})
    return position


_APPEND_AT = """
    INSERT INTO journal (position, at, event, detail) OVERRIDING SYSTEM VALUE
    VALUES (%(position)s, %(at)s, %(event)s, CAST(%(detail)s AS jsonb))
"""


def append_at(connection: Connection, event: str, at: datetime, position: int, detail: JsonMapping) -> None:
    """For an entry whose detail proves at which position it is. The position was given to this transaction."""
    values = {"position": position, "at": at, "event": str(event), "detail": json.dumps(detail)}
    driver(connection).execute(_APPEND_AT, values)  # one for each transaction that writes


def _row(entry: NewEntry) -> dict[str, object]:
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
