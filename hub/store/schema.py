"""Brings the database to the schema that this version needs, while other processes use it."""

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
_AS_OWNER = text("SET LOCAL ROLE NONE")  # the running hub has no right to change its schema

# Whoever comes after a waiting ALTER TABLE waits behind it, even to read. So it gives up soon, lets the others go
# first, and tries again.
_LOCK_WAIT = text("SET lock_timeout = '300ms'")


def migrate(store: Store, to: str = "head", patience: timedelta = _PATIENCE) -> tuple[str | None, str | None]:
    """Upgrade to the schema `to`; returns the revisions (before, after). A schema of a later version stays as it is.

    Several processes may run it at once, also beside a running hub: each revision is one transaction. Raises
    MigrationBlocked if a lock is not free within `patience`; the revisions that were done stay.
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


def changes_between(before: str | None, after: str | None) -> tuple[str, ...]:
    """What each migration after `before`, up to `after`, says that it changes, in their order."""
    with as_file(files("hub.store") / "migrations") as folder:
        scripts = {each.revision: each for each in ScriptDirectory(str(folder)).walk_revisions()}
    said: list[str] = []
    revision = after
    while revision is not None and revision != before and revision in scripts:
        script = scripts[revision]
        said.append(f"{revision}: {' '.join(script.doc.split())}")
        revision = script.down_revision if isinstance(script.down_revision, str) else None
    return tuple(reversed(said))


def check_keys(store: Store) -> None:
    """Raise KeysUnusable unless this hub can read what its database holds."""
    with store.transaction() as connection:
        check_openable(connection)


def is_usable(store: Store) -> bool:
    """Return whether the schema is that of this version or of a later one. A later schema keeps everything that the
    version before it uses."""
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
    """Take the lock until the connection ends. The caller asks again and again and does not wait: an index that another
    migration makes would wait for this statement too."""
    return try_lock_for_connection(connection, AdvisoryLock.MIGRATION)


def _upgraded(config: Config, to: str) -> bool:
    """Upgrade. Returns False if another transaction uses a table that must be changed."""
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


# The oldest other open transaction. Its statement is not shown, because it may name somebody.
_OPEN = text("""
    SELECT pid, application_name, extract(epoch FROM now() - xact_start)::int AS seconds FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY xact_start LIMIT 1
""")


def _blocked(connection: Connection) -> MigrationBlocked:
    oldest = connection.execute(_OPEN).first()
    who = "another migration is running, or another transaction uses a table that must be changed"
    if oldest is not None:
        who += f"; process {oldest.pid} has the oldest transaction, open for {oldest.seconds} seconds"
    return MigrationBlocked(who, "wait until it has ended, and run again: hub migrate")
