"""The keys by which a message that is still in force, such as an entry in a risk register, is found by its person."""

from alembic import op

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE current_person_key (
        message_id uuid NOT NULL REFERENCES message (id),
        key text NOT NULL,
        PRIMARY KEY (message_id, key)
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE ON current_person_key TO hub_runtime;
        END IF;
    END $$
    """,
    "CREATE INDEX current_person_key_key ON current_person_key (key)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
