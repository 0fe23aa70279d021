"""A mailbox keeps the digest of what was handed out, and no copy of it. Copies of before stay until they are
acknowledged."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ("ALTER TABLE mailbox_item ADD COLUMN digest text",)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
