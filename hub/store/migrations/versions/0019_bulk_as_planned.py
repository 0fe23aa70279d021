"""Bulk work knows since when each delivery had been in quarantine when it was planned."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE quarantine_bulk_item ADD COLUMN quarantined_at timestamptz")
