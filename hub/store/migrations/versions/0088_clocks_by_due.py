"""The clocks of one name by their end, whatever became of them: the indicators count a period."""

from hub.store.database.concurrent_index import create_index

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("clock_due", "clock (name, due_at)")
