"""Counts of what came in and went out, by day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Date, cast, func, select

from hub.store.database.rows import Rows
from hub.store.messages.tables import delivery, message


@dataclass(frozen=True, slots=True)
class CameIn:
    """How many messages of one kind were accepted on one day."""

    day: date
    kind: str
    messages: int


@dataclass(frozen=True, slots=True)
class WentOut:
    """How many deliveries of one kind were delivered on one day."""

    day: date
    kind: str
    deliveries: int


def came_in(connection: Connection, since: datetime, zone: str) -> tuple[CameIn, ...]:
    """Return the counts of each day of the time zone `zone`, from `since` on."""
    day = cast(func.timezone(zone, message.c.accepted_at), Date)
    rows = Rows(CameIn, message, day=day, messages=func.count())
    query = select(*rows.columns).where(message.c.accepted_at >= since).group_by(day, message.c.kind)
    return rows.all(connection.execute(query))


def went_out(connection: Connection, since: datetime, zone: str) -> tuple[WentOut, ...]:
    """Return the counts of each day of the time zone `zone`, from `since` on."""
    day = cast(func.timezone(zone, delivery.c.delivered_at), Date)
    rows = Rows(WentOut, message, day=day, deliveries=func.count())
    query = (
        select(*rows.columns)
        .join(message, message.c.id == delivery.c.message_id)
        .where(delivery.c.delivered_at >= since)
        .group_by(day, message.c.kind)
    )
    return rows.all(connection.execute(query))
