"""What is counted about each message, unencrypted: words of closed lists, days and names of units."""

from alembic import op

revision = "0087"
down_revision = "0083"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE message_measure (
        message_id uuid PRIMARY KEY REFERENCES message (id),
        kind text NOT NULL,
        sender text NOT NULL,
        day date NOT NULL,
        counts_as text NOT NULL,
        accepted_at timestamptz NOT NULL,
        measures jsonb NOT NULL
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE ON message_measure TO hub_runtime;
        END IF;
    END $$
    """,
    "CREATE INDEX message_measure_day ON message_measure (kind, day)",
    "CREATE INDEX message_measure_once ON message_measure (kind, sender, counts_as, accepted_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
