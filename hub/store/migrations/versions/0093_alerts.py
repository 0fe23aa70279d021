"""The alerts, one row for one cause, and how often each sender usually sends."""

from alembic import op

revision = "0093"
down_revision = "0088"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE alert (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        about text[] NOT NULL,
        value double precision NOT NULL,
        since timestamptz NOT NULL,
        told_at timestamptz,
        acknowledged_at timestamptz,
        acknowledged_by text,
        ended_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX alert_open ON alert (name, about) WHERE ended_at IS NULL",
    """
    CREATE TABLE sender_habit (
        sender text PRIMARY KEY,
        known_since timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        longest jsonb NOT NULL
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE ON alert, sender_habit TO hub_runtime;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
