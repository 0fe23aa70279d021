"""What the database has done until now, and when messages were delivered, for measuring."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

_WAL_SYNCS_IN_IO_FROM = 180_000  # the version from which pg_stat_io counts them
_DONE = text(
    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS wal_bytes, xact_commit AS commits"
    " FROM pg_stat_database WHERE datname = current_database()"
)
_SYNCS_IN_IO = text("SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE object = 'wal'")
_SYNCS = text("SELECT wal_sync FROM pg_stat_wal")
_LAST = text("SELECT coalesce(max(position), 0) FROM journal")
_COUNT = text(
    "SELECT count(*) FROM journal WHERE position > :after AND event = 'delivery.delivered' AND message_id = ANY (:ids)"
)
_DELIVERED = text(
    "SELECT message_id, extract(epoch FROM at) AS seconds FROM journal"
    " WHERE position > :after AND event = 'delivery.delivered'"
)


@dataclass(frozen=True, slots=True)
class WorkDone:
    """Since the server was made: bytes of its write-ahead log, commits in this database, and flushes of that log to the
    disk."""

    wal_bytes: int
    commits: int
    syncs: int

    def since(self, before: "WorkDone") -> "WorkDone":
        return WorkDone(self.wal_bytes - before.wal_bytes, self.commits - before.commits, self.syncs - before.syncs)


def work_done(connection: Connection) -> WorkDone:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    row = connection.execute(_DONE).one()
    syncs = connection.execute(_SYNCS_IN_IO if version >= _WAL_SYNCS_IN_IO_FROM else _SYNCS).scalar_one()
    return WorkDone(int(row.wal_bytes), int(row.commits), int(syncs))


def last_position(connection: Connection) -> int:
    return int(connection.execute(_LAST).scalar_one())


def count_delivered(connection: Connection, after: int, ids: Collection[UUID]) -> int:
    """How many deliveries of these messages ended with a receipt since that position of the journal."""
    return int(connection.execute(_COUNT, {"after": after, "ids": list(ids)}).scalar_one())


def delivered_since(connection: Connection, after: int) -> dict[UUID, float]:
    """When the receipt of each message was recorded, in seconds since the epoch; for messages with one recipient."""
    return {row.message_id: float(row.seconds) for row in connection.execute(_DELIVERED, {"after": after})}
