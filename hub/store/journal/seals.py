"""The seals of the journal: the entries that each covers, their hashes, and the signed head."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import Connection, Text, cast, func, insert, select, text

from hub.store.database.advisory_locks import AdvisoryLock, try_lock
from hub.store.database.driver import streamed
from hub.store.database.rows import UntypedRow
from hub.store.journal.tables import journal, journal_seal

HASH_BYTES = 32


class SealableEntry(TypedDict):
    """Every column of an entry. `detail` is the text that the database holds."""

    position: int
    at: datetime
    event: str
    raw_document_id: UUID | None
    message_id: UUID | None
    delivery_id: UUID | None
    clock_id: UUID | None
    agency: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal. `leaves` are the hashes of the entries at `positions`. `head` is a compact JWS."""

    number: int
    first_position: int
    last_position: int
    positions: tuple[int, ...]
    leaves: tuple[bytes, ...]
    head: str


def lock_sealing(connection: Connection) -> bool:
    """Take the lock for sealing until this transaction ends. Returns False if another process holds it."""
    return try_lock(connection, AdvisoryLock.SEALING)


def last_given_position(connection: Connection) -> int:
    """Return the highest position that any transaction was given, committed or not."""
    query = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM journal_position_seq")
    return int(connection.execute(query).scalar_one())


def writers(connection: Connection) -> frozenset[str]:
    """Return the transactions that are adding to the journal now."""
    query = text(
        "SELECT virtualtransaction FROM pg_locks WHERE relation = 'journal'::regclass AND mode = 'RowExclusiveLock'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return frozenset(connection.execute(query).scalars())


_HOLDERS = text("""
    SELECT DISTINCT l.pid, coalesce(a.application_name, '') AS application, coalesce(a.usename, '') AS account
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.virtualtransaction = ANY (:writers) AND l.relation = 'journal'::regclass ORDER BY l.pid
""")


def holders(connection: Connection, writers: Collection[str]) -> tuple[str, ...]:
    """Name the processes of the database whose transactions these are."""
    rows = connection.execute(_HOLDERS, {"writers": list(writers)})
    return tuple(f"process {row.pid} ({row.application or 'no name'}, account {row.account})" for row in rows)


_SEALED_EVEN_WHEN_EMPTY = frozenset(
    {"position", "at", "event", "raw_document_id", "message_id", "delivery_id", "clock_id", "agency", "detail"}
)
"""The columns that the first seals covered. A column added later counts only in entries that fill it. So a new column
does not break earlier seals, and filling it in an old entry shows as a change."""


def entries(connection: Connection, first: int, last: int, limit: int | None = None) -> list[SealableEntry]:
    """Return the entries at these positions, in order, as they are sealed. `detail` is the database's own text."""
    # Read as numbers, 1.10 and 1.1 would be equal, and the hash would not show that change.
    columns = [cast(column, Text).label("detail") if column.name == "detail" else column for column in journal.c]
    query = select(*columns).where(journal.c.position.between(first, last)).order_by(journal.c.position).limit(limit)
    return [cast_type(SealableEntry, _as_sealed(row._asdict())) for row in connection.execute(query)]


PlainEntry = tuple[str | None, str, str, str, str, str, str, int, str, bool]
"""The columns of an entry in the order of their names: agency, at, clock_id, delivery_id, detail, event, message_id,
position, raw_document_id. An id is quoted, or `null`. The last says whether it fills a column that was added later."""

_PLAIN = """
    SELECT agency, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
        coalesce('"' || clock_id || '"', 'null'), coalesce('"' || delivery_id || '"', 'null'), detail::text, event,
        coalesce('"' || message_id || '"', 'null'), position, coalesce('"' || raw_document_id || '"', 'null'),
        num_nonnulls(NULL{later}) > 0
    FROM journal WHERE position BETWEEN %(first)s AND %(last)s ORDER BY position LIMIT %(limit)s
"""


def plain_entries(connection: Connection, first: int, last: int, limit: int | None = None) -> Iterator[PlainEntry]:
    """Yield the entries at these positions, in order."""
    values = {"first": first, "last": last, "limit": limit}
    later = "".join(f", {column.name}" for column in journal.c if column.name not in _SEALED_EVEN_WHEN_EMPTY)
    found = streamed(connection, _PLAIN.replace("{later}", later), values)
    yield from cast_type("Iterator[PlainEntry]", found)


def _as_sealed(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None or name in _SEALED_EVEN_WHEN_EMPTY}


def add(connection: Connection, seal: Seal) -> None:
    connection.execute(
        insert(journal_seal).values(
            number=seal.number,
            first_position=seal.first_position,
            last_position=seal.last_position,
            positions=list(seal.positions),
            leaves=b"".join(seal.leaves),
            head=seal.head,
        )
    )


def newest(connection: Connection) -> Seal | None:
    return _seal(connection.execute(select(journal_seal).order_by(journal_seal.c.number.desc()).limit(1)).one_or_none())


def covering(connection: Connection, position: int) -> Seal | None:
    query = select(journal_seal).where(
        journal_seal.c.first_position <= position, journal_seal.c.last_position >= position
    )
    return _seal(connection.execute(query.limit(1)).one_or_none())


def pages(connection: Connection, at_once: int) -> Iterator[tuple[Seal, ...]]:
    """Yield the seals in order, some at a time, because a journal of several years does not fit into memory."""
    number = 0
    while True:
        query = select(journal_seal).where(journal_seal.c.number > number).order_by(journal_seal.c.number)
        found = connection.execute(query.limit(at_once)).all()
        if not found:
            return
        yield tuple(_read(row) for row in found)
        number = found[-1].number


def oldest_entry_after(connection: Connection, position: int) -> datetime | None:
    query = select(func.min(journal.c.at)).where(journal.c.position > position)
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def count_entries_after(connection: Connection, position: int) -> int:
    query = select(func.count()).select_from(journal).where(journal.c.position > position)
    return int(connection.execute(query).scalar_one())


def _seal(row: UntypedRow | None) -> Seal | None:
    return None if row is None else _read(row)


def _read(row: UntypedRow) -> Seal:
    hashes = bytes(row.leaves)
    leaves = tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))
    return Seal(row.number, row.first_position, row.last_position, tuple(row.positions), leaves, row.head)
