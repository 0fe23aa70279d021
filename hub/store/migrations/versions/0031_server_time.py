"""Time that no step of the clock moves: how long the exchange has run, and with it how long an assertion was kept."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE server_time (
        id integer PRIMARY KEY CHECK (id = 1),
        elapsed_seconds double precision NOT NULL,
        seen_at timestamptz,
        forgotten_until timestamptz
    )
    """,
    "INSERT INTO server_time (id, elapsed_seconds) VALUES (1, 0)",
    "ALTER TABLE used_assertion ADD COLUMN used_elapsed bigint",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
