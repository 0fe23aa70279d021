"""The database itself wakes the relay when there is something to deliver: once for each statement, not one call each."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('hub_delivery_due', ''); RETURN NULL; END $$
    """,
    "CREATE TRIGGER wake AFTER INSERT ON delivery FOR EACH STATEMENT EXECUTE FUNCTION wake_relay()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
