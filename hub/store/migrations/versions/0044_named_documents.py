"""The names under which agencies' systems hand in documents, so that they can withdraw them, or ask for the answer."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE named_document (
        raw_document_id UUID NOT NULL PRIMARY KEY REFERENCES raw_document (id),
        agency TEXT NOT NULL,
        interface TEXT NOT NULL,
        name TEXT NOT NULL,
        named_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX named_document_name ON named_document (agency, interface, name)",
    "CREATE INDEX named_document_time ON named_document (agency, interface, named_at)",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT ON named_document TO hub_runtime;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
