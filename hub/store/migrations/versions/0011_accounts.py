"""Accounts of the hub's own people, their sessions, and the attempts to log in. An account is never deleted: the
journal names it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE account (
        name TEXT NOT NULL,
        roles TEXT[] NOT NULL,
        rights TEXT[] NOT NULL,
        password_hash TEXT NOT NULL,
        must_change_password BOOLEAN NOT NULL,
        created_at timestamptz NOT NULL,
        created_by TEXT NOT NULL,
        expires_at timestamptz NOT NULL,
        disabled_at timestamptz,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE staff_session (
        token_hash BYTEA NOT NULL,
        account TEXT NOT NULL,
        opened_at timestamptz NOT NULL,
        used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (token_hash),
        FOREIGN KEY(account) REFERENCES account (name)
    )
    """,
    "CREATE INDEX staff_session_account ON staff_session (account)",
    "CREATE INDEX staff_session_expires ON staff_session (expires_at)",
    """
    CREATE TABLE login_attempt (
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        failures INTEGER NOT NULL,
        last_at timestamptz NOT NULL,
        blocked_until timestamptz,
        PRIMARY KEY (scope, key)
    )
    """,
    "CREATE INDEX login_attempt_last ON login_attempt (last_at)",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            REVOKE DELETE ON account FROM hub_runtime;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
