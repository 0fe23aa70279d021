"""The clocks that a message stopped, for its story."""

from hub.store.database.concurrent_index import create_index

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("clock_stopped_by", "clock (stopped_by) WHERE stopped_by IS NOT NULL")
