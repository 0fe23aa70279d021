"""The connection to PostgreSQL. Everything durable happens inside `Store.transaction()`."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol, cast

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import NullPool

from hub.errors import StoreUnavailable
from hub.store.database.gathered import gather, stop_gathering, write_gathered
from hub.store.database.time_limits import CONNECTING_SECONDS_MAX, TimeLimits
from hub.vault.vault import Vault

Transaction = Connection
"""The rest of the hub passes this from one store function to the next. Only the store uses what is inside."""
ListeningConnection = psycopg.Connection[TupleRow]
Guard = Callable[[Connection], bool]
"""Whether it is settled that this process may work on the database. Raises if it may not."""


class Attests(Protocol):
    """Ties the state to the journal. `tables` are those whose rows it covers."""

    tables: Collection[str]

    def leave(self, connection: Connection) -> None:
        """At the end of a transaction that wrote: add the entries about the state that it leaves."""

    def holds(self, connection: Connection, table: str, keys: Collection[str]) -> frozenset[str]:
        """Of these rows, the ones that stand as the hub's own last entry says. No other may decide anything."""

    def unproved(self, connection: Connection, table: str) -> tuple[str, ...]:
        """The rows of a table that decide something, or did, and stand otherwise than their last entries say."""

    def stands(self, connection: Connection, table: str, key: str) -> bool:
        """Whether the row is there as the hub's own last entry says, or is not there and never was."""

    def known(self, connection: Connection, table: str) -> frozenset[str]:
        """The keys of the rows of that table that exist, as the hub's own last entries say."""


_VAULT = "hub_vault"
_WROTE = "wrote"


def vault_of(connection: Connection) -> Vault:
    """Return the vault that encrypts and decrypts on this connection."""
    return cast(Vault, connection.get_execution_options()[_VAULT])


# With these limits a connection that the network has dropped is noticed within half a minute.
_CONNECTING = {
    "fallback_application_name": "hub",  # PGAPPNAME says which process it is
    "prepare_threshold": 2,  # the hub says the same few hundred statements for as long as it runs
    "connect_timeout": CONNECTING_SECONDS_MAX,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class Store:
    """Owns the engine. Create it in the process that uses it, because connections do not survive a fork."""

    def __init__(self, database_url: str, vault: Vault, *, pool_size: int = 5) -> None:
        self.url = database_url
        self.vault = vault
        self._time_limits = TimeLimits()
        self._engine: Engine = create_engine(
            database_url,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=10,
            hide_parameters=True,  # parameters hold personal data, which must not reach a log
            connect_args=_CONNECTING,
            execution_options={_VAULT: vault},
        )
        self._reading_engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine, "connect", _with_the_privileges_of_the_running_hub)
        event.listen(self._engine, "before_cursor_execute", lambda connection, *_: self._write_gathered(connection))
        self._time_limits.watch(self._engine)
        self._guard: Guard | None = None
        self._attests: Attests | None = None

    def guarded_by(self, guard: Guard) -> None:
        """Let `guard` look at the database before anything else does. It may refuse the database."""
        self._guard = guard

    def attested_by(self, attests: Attests) -> None:
        """From now on each transaction adds entries about the state that it leaves."""
        self._attests = attests
        writing = re.compile(rf"\b(INSERT INTO|UPDATE|DELETE FROM) ({'|'.join(sorted(attests.tables))})\b")

        def notice(connection: Connection, _: object, statement: str, *__: object) -> None:
            if writing.search(statement):
                connection.info[_WROTE] = True

        event.listen(self._engine, "before_cursor_execute", notice)

    def proved(self, connection: Connection, table: str, *keys: str) -> frozenset[str]:
        """Of these rows, the ones that may decide something. Without anybody who attests, all of them may."""
        return self._attests.holds(connection, table, keys) if self._attests else frozenset(keys)

    def unproved(self, connection: Connection, table: str) -> tuple[str, ...]:
        """The rows of this table that stand otherwise than their last entries say, and those that are gone."""
        return self._attests.unproved(connection, table) if self._attests else ()

    def stands(self, connection: Connection, table: str, key: str) -> bool:
        """Whether this row is as the journal says: unchanged, or not there and not known."""
        return self._attests.stands(connection, table, key) if self._attests else True

    def known(self, connection: Connection, table: str) -> frozenset[str] | None:
        """The keys of the rows of this table that exist as the journal says, whether or not they are there. None if
        nobody attests."""
        return self._attests.known(connection, table) if self._attests else None

    def check_guard(self) -> None:
        """Ask the guard, unless it is settled. Raises what the guard raises, or StoreUnavailable."""
        if (guard := self._guard) is not None:
            with self.unguarded() as connection:
                settled = guard(connection)
            if settled:
                self._guard = None

    @contextmanager
    def unguarded(self) -> Iterator[Connection]:
        """Open a transaction before it is known whether this is the right database."""
        with self._attested() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open one transaction. It is committed at the end and rolled back on any error.

        Raises StoreUnavailable if the database cannot be reached or the connection breaks.
        """
        self.check_guard()
        with self._attested() as connection:
            yield connection

    @contextmanager
    def gathering(self) -> Iterator[Connection]:
        """Open a transaction that gathers its new rows and writes them together. What it raises includes errors of the
        driver."""
        with self.transaction() as connection:
            gather(connection)
            yield connection

    @contextmanager
    def _attested(self) -> Iterator[Connection]:
        with self._answering(), self._engine.begin() as connection:
            connection.info.pop(_WROTE, None)
            stop_gathering(connection)
            yield connection
            self._write_gathered(connection)
            if self._attests is not None and connection.info.get(_WROTE):
                self._attests.leave(connection)

    def _write_gathered(self, connection: Connection) -> None:
        written = write_gathered(connection)
        if written and self._attests is not None and not frozenset(self._attests.tables).isdisjoint(written):
            connection.info[_WROTE] = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading only. Each statement sees what is committed when it begins. This saves the
        messages that begin and end a transaction. Raises StoreUnavailable."""
        self.check_guard()
        with self._answering(), self._reading_engine.connect() as connection:
            stop_gathering(connection)
            yield connection

    @contextmanager
    def listening(self, channel: str) -> Iterator[ListeningConnection]:
        """Open a separate connection that receives `NOTIFY channel`. Raises StoreUnavailable."""
        engine = create_engine(self.url, poolclass=NullPool, connect_args={"connect_timeout": CONNECTING_SECONDS_MAX})
        try:
            with psycopg.connect(
                engine.url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
            ) as connection:
                connection.execute(f'LISTEN "{channel}"')
                yield connection
        except psycopg.OperationalError as error:
            raise _unavailable() from error

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """Open a separate connection with the rights of the tables' owner, for a migration. The migration begins and
        ends its own transactions. Raises StoreUnavailable."""
        try:
            with self._engine.connect() as connection:
                try:
                    connection.execute(text("SET ROLE NONE"))
                    connection.commit()
                    yield connection
                finally:
                    # nobody else may use this connection, because it has the owner's rights and settings
                    connection.invalidate()
        except (OperationalError, NoConnectionFree) as error:
            raise _unavailable() from error

    def close(self) -> None:
        self._engine.dispose()

    def answer_within(self, seconds: float) -> None:
        """Limit from now on how long this process waits for each statement. After that it raises StoreUnavailable.

        For a process whose own callers wait. Without a limit, a statement takes as long as it needs.
        """
        self._time_limits.answer_seconds_max = seconds

    def is_silent(self) -> bool:
        """Return whether the database is not asked at present, because it did not answer a connection a moment ago."""
        return self._time_limits.is_silent()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        if self.is_silent():
            raise _unavailable()
        try:
            yield
        except (OperationalError, NoConnectionFree, psycopg.OperationalError) as error:
            raise _unavailable() from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise _unavailable() from error
            raise


# If the migrations could create this role, the running hub can add to its evidence and never change it.
_RUNTIME = """
    SELECT FROM pg_roles WHERE rolname = 'hub_runtime'
    AND pg_has_role(current_user, pg_roles.oid, 'MEMBER')
    AND has_table_privilege(pg_roles.oid, to_regclass('public.journal_seal'), 'INSERT')
"""


# An answered document must be on the disk, whatever the server's own setting is.
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"


# The triggers note what this session writes, in one form wherever the server stands.
_ATTESTING = """
    SELECT set_config('hub.attests', 'on', false), set_config('timezone', 'UTC', false),
        set_config('client_encoding', 'UTF8', false), set_config('hub.covers', '0046', false)
"""


def _with_the_privileges_of_the_running_hub(connection: psycopg.Connection[TupleRow], _: object) -> None:
    if connection.execute(_RUNTIME).fetchone() is not None:
        connection.execute("SET ROLE hub_runtime")
    connection.execute(_DURABLE)
    connection.execute(_ATTESTING)
    connection.commit()


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable(
        "the database does not answer", "send the same again in a moment: nothing is accepted twice"
    )
