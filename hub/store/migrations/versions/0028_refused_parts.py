"""What was refused of one document is one item, with its list."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE refused_part ADD COLUMN problems integer NOT NULL DEFAULT 1",
    "ALTER TABLE refused_part ADD COLUMN others jsonb",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
