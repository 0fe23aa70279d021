"""To which state folder and keys this database belongs, and what it holds that needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from hub.store.journal.seals import newest
from hub.store.journal.tables import installation


@dataclass(frozen=True, slots=True)
class Backup:
    """The last backup that the journal knows. `with_keys`: the keys are in it."""

    made_at: datetime
    sha256: str
    with_keys: bool


def is_migrated(connection: Connection) -> bool:
    """Whether the database has the table that says to whom it belongs."""
    return _has(connection, "installation")


def marks(connection: Connection) -> Mapping[str, str]:
    """The newest value of each name."""
    rows = connection.execute(select(installation.c.name, installation.c.value).order_by(installation.c.since))
    return {row.name: row.value for row in rows}


def mark(connection: Connection, name: str, value: str, now: datetime) -> None:
    connection.execute(insert(installation).values(name=name, since=now, value=value))


def has_history(connection: Connection) -> bool:
    """Whether anything was recorded here, so that signatures and pseudonyms exist."""
    return _any_in(connection, "journal") or _any_in(connection, "installation")


def has_content(connection: Connection) -> bool:
    """Whether anything here is encrypted."""
    return _any_in(connection, "content_key")


def newest_head(connection: Connection) -> str | None:
    seal = newest(connection)
    return seal.head if seal else None


_LAST_BACKUP = text("""
    SELECT at, detail->>'sha256' AS sha256, detail->'with_keys' = 'true' AS with_keys FROM journal
    WHERE event = 'hub.backed_up' ORDER BY detail->'with_keys' = 'true' DESC, position DESC LIMIT 1
""")


def last_backup(connection: Connection) -> Backup | None:
    """The last one with the keys in it; if there is none, the last one."""
    row = connection.execute(_LAST_BACKUP).one_or_none() if _has(connection, "journal") else None
    return Backup(row.at, row.sha256, row.with_keys) if row else None


_TABLES = {
    name: text(f"SELECT EXISTS (SELECT FROM {name})")  # noqa: S608 - these names alone
    for name in ("journal", "installation", "content_key")
}


def _any_in(connection: Connection, table: str) -> bool:
    return _has(connection, table) and bool(connection.execute(_TABLES[table]).scalar_one())


def _has(connection: Connection, table: str) -> bool:
    found = connection.execute(text("SELECT to_regclass('public.' || :table) IS NOT NULL"), {"table": table})
    return bool(found.scalar_one())
