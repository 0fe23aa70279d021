"""Whether the sender of each message was a party of the matter that it is about."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# Messages of former versions have no row: the hub adds it when the next message about the same matter comes.
STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE message_standing (
        message_id UUID NOT NULL PRIMARY KEY REFERENCES message (id),
        matter TEXT NOT NULL,
        keeper TEXT,
        sender TEXT NOT NULL,
        acts_for JSONB NOT NULL,
        parties JSONB NOT NULL,
        within TEXT NOT NULL,
        stands BOOLEAN NOT NULL,
        reason TEXT,
        believed_by TEXT
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE ON message_standing TO hub_runtime;
            REVOKE DELETE ON message_standing FROM hub_runtime;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
