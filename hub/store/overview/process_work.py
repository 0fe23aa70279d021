"""What each process of the exchange asks of the database and makes it do, for measuring. For a database of a bench
alone: it needs the rights of the server's own account, and ends the connections of everybody else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from sqlalchemy import make_url

_COUNTED_BY_BACKEND_FROM = 180_000
_LOG_ALL = "ALTER DATABASE {} SET log_statement = 'all'"
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_BACKENDS = "SELECT pid, application_name FROM pg_stat_activity WHERE datname = current_database()"
_WORK = """
    SELECT application_name, sum((pg_stat_get_backend_wal(pid)).wal_bytes), sum((
        SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_get_backend_io(pid) WHERE object = 'wal'
    )) FROM pg_stat_activity WHERE datname = current_database() GROUP BY application_name
"""


@dataclass(frozen=True, slots=True)
class ProcessWork:
    """Bytes that the connections of one process wrote into the write-ahead log, and how often they flushed it."""

    wal_bytes: int
    syncs: int


def log_statements(url: str, account: str) -> None:
    """From the next connection on, the server logs each statement. All connections that others have are ended."""
    with _as_owner(url, account) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL(_LOG_ALL).format(name))
        connection.execute(_END_OTHERS)


def backends(url: str, account: str) -> dict[int, str]:
    """The processes of the server, and the names that those have given whom they serve."""
    with _as_owner(url, account) as connection:
        return {int(pid): str(name) for pid, name in connection.execute(_BACKENDS)}


def work_by_process(url: str, account: str) -> dict[str, ProcessWork] | None:
    """By the names that the processes give. None if this version of the server does not count it."""
    with _as_owner(url, account) as connection:
        if connection.info.server_version < _COUNTED_BY_BACKEND_FROM:
            return None
        wal, syncs = Counter[str](), Counter[str]()
        for name, bytes, flushed in connection.execute(_WORK):
            wal[name] += int(bytes or 0)
            syncs[name] += int(flushed or 0)
        return {name: ProcessWork(wal[name], syncs[name]) for name in wal}


@contextmanager
def _as_owner(url: str, account: str) -> Iterator[psycopg.Connection[TupleRow]]:
    address = make_url(url).set(drivername="postgresql", username=account).render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True, application_name="hub bench") as connection:
        yield connection
