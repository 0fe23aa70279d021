"""The databases of the tests, which later tests use again.

To copy a database, to connect to it and to plan its first statements costs more than most tests. So a database goes
back to how it began: the rows that a test wrote are taken out. If a test changed more than rows, it is dropped.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import cast
from uuid import uuid4

import psycopg
from sqlalchemy import make_url
from sqlalchemy.pool import QueuePool

from hub.settings import Servers
from hub.store.database.engine import Attests, Store
from hub.vault.master_keys import MasterKeyFile
from hub.vault.vault import Vault
from tests.stores.beginning import Beginning, Connection
from tests.stores.keys import master_keys

USED_AT_MOST = 60
"""Rows that were taken out are only marked as such, and slow the database down."""
WAITING_AT_MOST = 3
"""Databases that nobody uses at the moment. Each has connections, of which the server has sixty."""

_NOBODY_ELSE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND pid <> ALL(%s)
"""


class KeptStore(Store):
    """A store whose connections the next test uses again."""

    in_use = False

    def begin_again(self, vault: Vault) -> None:
        """Forget what the test before has settled."""
        self._guard = None
        self._time_limits.answer_seconds_max = None
        self._time_limits._silent_until = 0.0
        self.vault = vault
        self._engine.update_execution_options(hub_vault=vault)
        self._reading_engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def attested_by(self, attests: Attests) -> None:
        if self._attests is None:
            super().attested_by(attests)  # which listens to the engine, once
        self._attests = attests

    def idle(self) -> list[int] | None:
        """The server's processes of the connections that wait for the next use. None if one is still in use."""
        pool = cast(QueuePool, self._engine.pool)
        if pool.checkedout():
            return None
        waiting = [cast(psycopg.Connection, record.dbapi_connection) for record in pool._pool.queue]
        return [each.info.backend_pid for each in waiting if each is not None and not each.closed]


@dataclass
class Database:
    url: str
    store: KeptStore | None = None
    used: int = 0
    restoring: Connection | None = None

    def leave(self) -> None:
        """End the connection that restores the rows."""
        if self.restoring is not None:
            self.restoring.close()
            self.restoring = None

    def restored(self, beginning: Beginning) -> bool:
        """Take out what a test has written. False if that cannot be done."""
        idle = [] if self.store is None else self.store.idle()
        if idle is None:
            return False
        try:
            self.restoring = self.restoring or superuser(self.url)
            self.restoring.execute(_NOBODY_ELSE, [idle])
            return beginning.restore(self.restoring)
        except psycopg.Error:
            return False  # the test took the database away, or holds it


@dataclass
class Databases:
    """Copies of one template, which one process of the tests uses one after another."""

    server: str
    template: str
    waiting: list[Database] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[str]:
        database = self.waiting.pop() if self.waiting else self._new()
        _in_use()[database.url] = database
        try:
            yield database.url
        finally:
            del _in_use()[database.url]
            database.used += 1
            if self._may_wait(database):
                self.waiting.append(database)
            else:
                self._drop(database)

    def close(self) -> None:
        while self.waiting:
            self._drop(self.waiting.pop())

    def _new(self) -> Database:
        name = f"test_{uuid4().hex[:12]}"
        administer(self.server, f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        return Database(named(self.server, name))

    def _drop(self, database: Database) -> None:
        database.leave()
        if database.store is not None:
            database.store.close()
        administer(self.server, f"DROP DATABASE {make_url(database.url).database} WITH (FORCE)")

    def _may_wait(self, database: Database) -> bool:
        if len(self.waiting) == WAITING_AT_MOST or database.used == USED_AT_MOST or self._beginning is None:
            return False
        return database.restored(self._beginning)

    @cached_property
    def _beginning(self) -> Beginning | None:
        """None if the server does not let us in as its superuser, as an embedded one does. Nobody else may take out
        evidence."""
        fresh = self._new()
        try:
            with superuser(fresh.url) as connection:
                return Beginning.read(connection)
        except psycopg.OperationalError:
            return None
        finally:
            self._drop(fresh)


@cache
def _in_use() -> dict[str, Database]:
    """The databases that tests use at the moment, by address."""
    return {}


def open_store(database_url: str) -> Store:
    return Store(database_url, Vault(MasterKeyFile(master_keys())))


@contextmanager
def a_store(url: str) -> Iterator[Store]:
    """The store that is kept with this database. A new one if that is in use, or the database is another's."""
    database = _in_use().get(url)
    if database is None or (database.store is not None and database.store.in_use):
        store = open_store(url)
        yield store
        store.close()
        return
    vault = Vault(MasterKeyFile(master_keys()))
    kept = database.store = database.store or KeptStore(url, vault)
    kept.begin_again(vault)
    kept.in_use = True
    try:
        yield kept
    finally:
        kept.in_use = False


@contextmanager
def a_database(servers: Servers, template: str) -> Iterator[str]:
    """A database that is as the template. It may have been used before."""
    with databases(servers.database, template).one() as url:
        yield url


@cache
def databases(server: str, template: str) -> Databases:
    return Databases(server, template)


def nobody_restores(url: str) -> None:
    """Somebody copies this database, so that nobody may be connected to it."""
    if (database := _in_use().get(url)) is not None:
        database.leave()


def superuser(url: str) -> Connection:
    whole = make_url(url).set(drivername="postgresql", username="postgres").render_as_string(hide_password=False)
    return psycopg.connect(whole, autocommit=True)


def named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _administrator(server: str) -> Connection:
    """One connection for all databases that are made and dropped: a new one each time costs as much as a database."""
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)


def administer(server: str, statement: str) -> None:
    connection = _administrator(server)
    for _ in range(50):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.1)  # the server's own vacuuming may still be connected; it ends by itself
        else:
            return
    connection.execute(statement)
