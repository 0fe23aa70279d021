"""When the attempt that holds the lease began, and how many workers died on it: such a delivery is tried alone."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "ALTER TABLE delivery ADD COLUMN begun_at timestamptz, ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0"
    )
