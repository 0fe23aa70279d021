"""The state of each partner, and indexes with which a claim need not look at everything that waits."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE partner_state (
        recipient TEXT NOT NULL,
        failures INTEGER NOT NULL,
        failing_since timestamptz,
        pauses INTEGER NOT NULL,
        next_try_at timestamptz,
        why_code TEXT,
        why TEXT,
        paused_at timestamptz,
        paused_by TEXT,
        paused_because TEXT,
        PRIMARY KEY (recipient)
    )
    """,
    "DROP INDEX delivery_due",
    "CREATE INDEX delivery_due ON delivery (recipient, due_at, position) WHERE state IN ('waiting', 'sending', 'held')",
    "CREATE INDEX delivery_sending ON delivery (recipient) WHERE state = 'sending'",
    "INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES ('delivery', 'waiting', 'quarantined')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
