"""An edition of a message knows when its source made it, and which newer edition was there before it came."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE message ADD COLUMN edition_at timestamptz, ADD COLUMN overtaken_by uuid",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
