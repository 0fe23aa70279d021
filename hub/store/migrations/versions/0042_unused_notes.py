"""The functions that noted rows of `message` and `raw_document` are removed. Since 0032 `watch_state` makes one for each
table, and no trigger calls the former ones."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

UNUSED_SINCE = "0032"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("DROP FUNCTION note_message()")
    op.get_bind().exec_driver_sql("DROP FUNCTION note_document()")
