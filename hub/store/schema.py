"""Brings the database to the schema that this version of the hub needs, while others go on using it."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from hub.errors import MigrationBlocked
from hub.store.content.content_keys import check_openable, make_blinding_key
from hub.store.database.advisory_locks import AdvisoryLock, try_lock_for_connection
from hub.store.database.engine import Store

_PATIENCE = timedelta(minutes=2)
_PAUSE_SECONDS = (0.3, 1.2)
_AS_OWNER = text("SET LOCAL ROLE NONE")  # the running hub may not change its schema

# Whoever comes after a waiting ALTER TABLE waits behind it, if only to read: so it gives up soon and comes again, and
# those who were waiting go first.
_LOCK_WAIT = text("SET lock_timeout = '300ms'")


def migrate(store: Store, to: str = "head", patience: timedelta = _PATIENCE) -> tuple[str | None, str | None]:
    """Upgrade to that schema; returns the revisions (before, after). Safe to run from several processes, and beside a
    running hub: each revision is one transaction. A schema that a later version has brought on is left as it is.

    Raises MigrationBlocked when a lock cannot be had for so long; the revisions that were done stay.
    """
    until = time.monotonic() + patience.total_seconds()
    with as_file(files("hub.store") / "migrations") as folder, store.as_owner() as connection:
        _patiently(connection, lambda: _lock_migration(connection), until)
        before = _revision(connection)
        if _is_later(before, ScriptDirectory(str(folder))):
            return before, before
        connection.execute(_LOCK_WAIT)
        connection.commit()
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder))
        _patiently(connection, lambda: _upgraded(config, to), until)
        if to == "head":
            make_blinding_key(connection)
        after = _revision(connection)
        connection.commit()
        return before, after


def check_keys(store: Store) -> None:
    """Raises KeysUnusable unless this hub can open what its database holds."""
    with store.transaction() as connection:
        check_openable(connection)


def is_usable(store: Store) -> bool:
    """Whether the schema is that of this version, or one that a later version has made of it: migrations leave the
    version before them what it uses."""
    with as_file(files("hub.store") / "migrations") as folder, store.transaction() as connection:
        connection.execute(_AS_OWNER)
        scripts = ScriptDirectory(str(folder))
        revision = _revision(connection)
        return revision == scripts.get_current_head() or _is_later(revision, scripts)


def _is_later(revision: str | None, scripts: ScriptDirectory) -> bool:
    return revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _lock_migration(connection: Connection) -> bool:
    """Until the connection ends. Asked again and again, not waited for: an index that is made beside the traffic waits
    for all statements that began before it."""
    return try_lock_for_connection(connection, AdvisoryLock.MIGRATION)


def _upgraded(config: Config, to: str) -> bool:
    """False if somebody had a table that is to be changed."""
    try:
        command.upgrade(config, to)
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable | DeadlockDetected):
            return False
        raise
    return True


def _patiently(connection: Connection, attempt: Callable[[], bool], until: float) -> None:
    while True:
        done = attempt()
        if done:
            connection.commit()
            return
        connection.rollback()
        if time.monotonic() > until:
            raise _blocked(connection)
        time.sleep(random.uniform(*_PAUSE_SECONDS))


# The others with an open transaction, the oldest first. What they do is not told: it may name somebody.
_OPEN = text("""
    SELECT pid, application_name, extract(epoch FROM now() - xact_start)::int AS seconds FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY xact_start LIMIT 1
""")


def _blocked(connection: Connection) -> MigrationBlocked:
    oldest = connection.execute(_OPEN).first()
    who = "another migration runs, or somebody holds a table that is to be changed"
    if oldest is not None:
        who += f"; the oldest transaction is that of process {oldest.pid}, open for {oldest.seconds} seconds"
    return MigrationBlocked(who, "let that end, and run it again: hub migrate")
