"""For migrations: creates an index on a table while other processes read and write it."""

from alembic import op


def create_index(name: str, on: str) -> None:
    """Create the index. `on` is the SQL after ON, for example `delivery (recipient, due_at) WHERE state = 'waiting'`.

    This ends the transaction of the migration, so the migration must do nothing else. If it is interrupted, it can run
    again: it drops the unfinished index and creates it anew.
    """
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        # This statement waits for those who use the table, and nobody waits behind it. So no time limit is needed.
        waiting = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        connection.exec_driver_sql("SET lock_timeout = 0")
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE INDEX CONCURRENTLY {name} ON {on}".replace("%", "%%"))
        connection.exec_driver_sql(f"SET lock_timeout = '{waiting}'")
