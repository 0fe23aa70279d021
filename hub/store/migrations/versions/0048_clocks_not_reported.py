"""The clocks whose end is not reported yet, by their end: the sweep asks for those that are over."""

from hub.store.database.concurrent_index import create_index

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("clock_not_reported", "clock (due_at) WHERE NOT overdue_reported AND state IN ('running', 'doubtful')")
