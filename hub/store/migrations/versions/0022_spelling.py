"""The index of people knows in which spelling of names a message was entered."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ("ALTER TABLE subject_key ADD COLUMN spelling integer NOT NULL DEFAULT 1",)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
