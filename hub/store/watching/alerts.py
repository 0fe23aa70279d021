"""Alerts: one row for one cause."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, update

from hub.store.database.rows import Rows
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.watching.tables import alert


@dataclass(frozen=True, slots=True)
class KeptAlert:
    id: UUID
    name: str
    about: tuple[str, ...]
    value: float
    since: datetime
    told_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    ended_at: datetime | None


_ALERTS = Rows(KeptAlert, alert)


def open_now(connection: Connection) -> tuple[KeptAlert, ...]:
    query = select(*_ALERTS.columns).where(alert.c.ended_at.is_(None)).order_by(alert.c.since, alert.c.id)
    return _ALERTS.all(connection.execute(query))


def newest(connection: Connection, limit: int) -> tuple[KeptAlert, ...]:
    """Ended ones too."""
    query = select(*_ALERTS.columns).order_by(alert.c.since.desc(), alert.c.id).limit(limit)
    return _ALERTS.all(connection.execute(query))


def beginning_with(connection: Connection, characters: str) -> tuple[KeptAlert, ...]:
    query = select(*_ALERTS.columns).where(begins_with(alert.c.id, characters)).limit(ENOUGH)
    return _ALERTS.all(connection.execute(query))


def begin(connection: Connection, name: str, about: tuple[str, ...], value: float, now: datetime) -> KeptAlert:
    new = KeptAlert(uuid4(), name, about, value, now, None, None, None, None)
    connection.execute(insert(alert).values(id=new.id, name=name, about=list(about), value=value, since=now))
    return new


def write_value(connection: Connection, id: UUID, value: float) -> None:
    connection.execute(update(alert).where(alert.c.id == id).values(value=value))


def end(connection: Connection, id: UUID, now: datetime) -> None:
    connection.execute(update(alert).where(alert.c.id == id).values(ended_at=now))


def write_told(connection: Connection, ids: Collection[UUID], now: datetime) -> None:
    connection.execute(update(alert).where(alert.c.id.in_(ids)).values(told_at=now))


def acknowledge(connection: Connection, id: UUID, by: str, now: datetime) -> bool:
    """Return False if it has ended, or somebody has acknowledged it before."""
    found = connection.execute(
        update(alert)
        .where(alert.c.id == id, alert.c.ended_at.is_(None), alert.c.acknowledged_at.is_(None))
        .values(acknowledged_at=now, acknowledged_by=by)
    )
    return found.rowcount == 1
