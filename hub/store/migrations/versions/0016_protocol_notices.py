"""Which notices about a protocol went out."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Its grants come from the default privileges of 0004; nothing of it is ever changed.
STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE protocol_notice (
        protocol TEXT NOT NULL,
        version INTEGER NOT NULL,
        occasion TEXT NOT NULL,
        on_day DATE NOT NULL,
        days INTEGER NOT NULL,
        message_id UUID NOT NULL,
        sent_at timestamptz NOT NULL,
        PRIMARY KEY (protocol, version, occasion, on_day, days)
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT ON protocol_notice TO hub_runtime;
            REVOKE UPDATE, DELETE ON protocol_notice FROM hub_runtime;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
