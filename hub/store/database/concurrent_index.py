"""For migrations: an index on a table that is in use, made while others read and write it."""

from alembic import op


def create_index(name: str, on: str) -> None:
    """`on` is what stands behind ON in SQL, as `delivery (recipient, due_at) WHERE state = 'waiting'`.

    It ends the transaction of the migration, so the migration must do nothing else: broken off, it runs again, and
    what was left half made is made anew.
    """
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        # It waits for those who use the table, and nobody waits behind it.
        waiting = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        connection.exec_driver_sql("SET lock_timeout = 0")
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE INDEX CONCURRENTLY {name} ON {on}".replace("%", "%%"))
        connection.exec_driver_sql(f"SET lock_timeout = '{waiting}'")
