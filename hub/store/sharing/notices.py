"""Which notices about a protocol were written. Each is written once, whatever happens to its message."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from hub.store.sharing.tables import protocol_notice

Key = tuple[str, int, str, date, int]
"""(protocol, version, occasion, its day, days before)."""


def sent(connection: Connection) -> frozenset[Key]:
    columns = protocol_notice.c
    rows = connection.execute(select(columns.protocol, columns.version, columns.occasion, columns.on_day, columns.days))
    return frozenset((row[0], row[1], row[2], row[3], row[4]) for row in rows)


def note(connection: Connection, key: Key, message_id: UUID, now: datetime) -> None:
    protocol, version, occasion, on, days = key
    row = {"protocol": protocol, "version": version, "occasion": occasion, "on_day": on, "days": days}
    values = insert(protocol_notice).values(message_id=message_id, sent_at=now, **row)
    connection.execute(values.on_conflict_do_nothing())
