"""The secrets with which agencies' systems ask for OAuth 2 tokens."""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE client_secret (
        id UUID NOT NULL PRIMARY KEY,
        agency TEXT NOT NULL,
        secret_hash BYTEA NOT NULL,
        not_before timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX client_secret_hash ON client_secret (secret_hash)",
    "CREATE INDEX client_secret_agency ON client_secret (agency)",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE ON client_secret TO hub_runtime;
            REVOKE DELETE ON client_secret FROM hub_runtime;
        END IF;
    END $$
    """,
    "SELECT watch_state('client_secret', 'id', 'id, agency, secret_hash, not_before, expires_at, revoked_at')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
