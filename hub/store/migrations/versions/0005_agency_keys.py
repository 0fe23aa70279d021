"""The agencies' own public keys in place of shared secrets, and the assertions that were used."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP TABLE agency_key",
    """
    CREATE TABLE agency_key (
        id UUID NOT NULL,
        agency TEXT NOT NULL,
        algorithm TEXT NOT NULL,
        public_key JSONB NOT NULL,
        not_before timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX agency_key_agency ON agency_key (agency)",
    """
    CREATE TABLE used_assertion (
        agency TEXT NOT NULL,
        jti TEXT NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (agency, jti)
    )
    """,
    "CREATE INDEX used_assertion_expires ON used_assertion (expires_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
