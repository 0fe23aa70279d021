"""The open clocks, the most urgent first: for lists, page by page."""

from hub.store.database.concurrent_index import create_index

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("clock_open", "clock (due_at, id) WHERE state IN ('running', 'doubtful')")
