"""Which notices about a protocol went out: each once, whatever becomes of the message that carried it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Connection, Date, DateTime, Integer, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import insert

from hub.store.database.tables import metadata

protocol_notice = Table(
    "protocol_notice",
    metadata,
    Column("protocol", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("occasion", Text, primary_key=True),
    Column("on_day", Date, primary_key=True),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("message_id", Uuid, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
)

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
