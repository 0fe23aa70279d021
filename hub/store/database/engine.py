"""The connection to PostgreSQL. Everything durable happens inside `Store.transaction()`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import NullPool

from hub.errors import StoreUnavailable
from hub.store.database.time_limits import CONNECTING_SECONDS_MAX, Patience
from hub.vault.vault import Vault

Transaction = Connection
"""What the rest of the hub hands from one store function to the next; only the store knows what it is."""
ListeningConnection = psycopg.Connection[TupleRow]


_VAULT = "hub_vault"


def vault_of(connection: Connection) -> Vault:
    """What encrypts and opens on this connection."""
    return cast(Vault, connection.get_execution_options()[_VAULT])


# A network that swallows everything is noticed within half a minute.
_CONNECTING = {
    "application_name": "hub",
    "connect_timeout": CONNECTING_SECONDS_MAX,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class Store:
    """Owns the engine. Build it in the process that uses it: connections do not survive a fork."""

    def __init__(self, database_url: str, vault: Vault, *, pool_size: int = 5) -> None:
        self.url = database_url
        self.vault = vault
        self._patience = Patience()
        self._engine: Engine = create_engine(
            database_url,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=10,
            hide_parameters=True,  # parameters hold personal data and must not reach a log
            connect_args=_CONNECTING,
            execution_options={_VAULT: vault},
        )
        self._reading_engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine, "connect", _with_the_privileges_of_the_running_hub)
        self._patience.watch(self._engine)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any error.

        Raises StoreUnavailable when the database cannot be reached or goes away.
        """
        with self._answering(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For looking only: each statement sees what is committed when it begins, as in a transaction, and nothing is
        said to the database before and after. Raises StoreUnavailable."""
        with self._answering(), self._reading_engine.connect() as connection:
            yield connection

    @contextmanager
    def listening(self, channel: str) -> Iterator[ListeningConnection]:
        """A connection of its own that hears `NOTIFY channel`. Raises StoreUnavailable."""
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
        """A connection of its own with the rights of the owner of the tables, for a migration, which begins and ends
        its transactions by itself. Raises StoreUnavailable."""
        try:
            with self._engine.connect() as connection:
                try:
                    connection.execute(text("SET ROLE NONE"))
                    connection.commit()
                    yield connection
                finally:
                    connection.invalidate()  # nobody else may have it, with these rights and settings
        except (OperationalError, NoConnectionFree) as error:
            raise _unavailable() from error

    def close(self) -> None:
        self._engine.dispose()

    def answer_within(self, seconds: float) -> None:
        """For a process whose callers wait too: from now on, whoever waits longer for the answer to one statement gets
        StoreUnavailable. Otherwise it takes as long as it takes."""
        self._patience.answer_seconds_max = seconds

    def is_silent(self) -> bool:
        """Whether it is not asked just now, because a moment ago it was not even heard to connect."""
        return self._patience.is_silent()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        if self.is_silent():
            raise _unavailable()
        try:
            yield
        except (OperationalError, NoConnectionFree) as error:
            raise _unavailable() from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise _unavailable() from error
            raise


# Where the migrations could make the role, the running hub may add to its evidence and never change it.
_RUNTIME = """
    SELECT FROM pg_roles WHERE rolname = 'hub_runtime'
    AND pg_has_role(current_user, pg_roles.oid, 'MEMBER')
    AND has_table_privilege(pg_roles.oid, to_regclass('public.journal_seal'), 'INSERT')
"""


# What was answered must be on the disk, whatever the server is set to.
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"


def _with_the_privileges_of_the_running_hub(connection: psycopg.Connection[TupleRow], _: object) -> None:
    if connection.execute(_RUNTIME).fetchone() is not None:
        connection.execute("SET ROLE hub_runtime")
    connection.execute(_DURABLE)
    connection.commit()


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable(
        "the database does not answer", "send the same again in a moment: nothing is accepted twice"
    )
