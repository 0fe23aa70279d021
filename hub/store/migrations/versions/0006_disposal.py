"""What has been destroyed, whom each message is about (blinded), and legal holds."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE disposal (
        id UUID NOT NULL,
        destroyed_at timestamptz NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX disposal_at ON disposal (destroyed_at)",
    """
    CREATE TABLE subject_key (
        message_id UUID NOT NULL,
        position INTEGER NOT NULL,
        scheme TEXT NOT NULL,
        key TEXT NOT NULL,
        PRIMARY KEY (message_id, position, scheme, key),
        FOREIGN KEY(message_id) REFERENCES message (id)
    )
    """,
    "CREATE INDEX subject_key_key ON subject_key (scheme, key)",
    """
    CREATE TABLE legal_hold (
        id UUID NOT NULL,
        kind TEXT NOT NULL,
        scheme TEXT NOT NULL,
        key TEXT NOT NULL,
        placed_by TEXT NOT NULL,
        placed_at timestamptz NOT NULL,
        reason TEXT NOT NULL,
        ended_at timestamptz,
        ended_by TEXT,
        ended_because TEXT,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX legal_hold_open ON legal_hold (scheme, key) WHERE ended_at IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
