"""The certificates that agencies sign XML documents with, or call with."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE agency_certificate (
        thumbprint TEXT NOT NULL,
        agency TEXT NOT NULL,
        certificate BYTEA NOT NULL,
        not_before timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        PRIMARY KEY (thumbprint)
    )
    """,
    "CREATE INDEX agency_certificate_agency ON agency_certificate (agency)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
