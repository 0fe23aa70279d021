"""Brings the database to the schema that this version of the hub needs, and says whether it is there."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from hub.store.content_keys import check_openable, make_blinding_key
from hub.store.engine import Store

_ONE_MIGRATION_AT_A_TIME = 5_318_008
_AS_OWNER = text("SET LOCAL ROLE NONE")  # the running hub may not change its schema


def migrate(store: Store, to: str = "head") -> tuple[str | None, str | None]:
    """Upgrade to that schema; returns the revisions (before, after). Safe to run from several processes."""
    with as_file(files("hub.store") / "migrations") as folder, store.transaction() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_MIGRATION_AT_A_TIME})
        connection.execute(_AS_OWNER)
        before = _revision(connection)
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder))
        command.upgrade(config, to)
        if to == "head":
            make_blinding_key(connection)
        return before, _revision(connection)


def check_keys(store: Store) -> None:
    """Raises KeysUnusable unless this hub can open what its database holds."""
    with store.transaction() as connection:
        check_openable(connection)


def is_current(store: Store) -> bool:
    with as_file(files("hub.store") / "migrations") as folder, store.transaction() as connection:
        connection.execute(_AS_OWNER)
        return _revision(connection) == ScriptDirectory(str(folder)).get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
