"""Bulk work knows since when each delivery had been in quarantine when it was planned, and a plan can be withdrawn."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE quarantine_bulk_item ADD COLUMN quarantined_at timestamptz",
    "INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES ('bulk', 'planned', 'withdrawn')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
