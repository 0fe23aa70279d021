"""The lists that earlier versions kept have no key of their hearing. The hub gives them one."""

from alembic import op

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE list_without_hearing (message_id uuid PRIMARY KEY REFERENCES message (id))",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, DELETE ON list_without_hearing TO hub_runtime;
        END IF;
    END $$
    """,
    "INSERT INTO list_without_hearing (message_id) SELECT id FROM message"
    " WHERE kind = 'court_list' AND replaces_key IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
