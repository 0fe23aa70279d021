"""An index that shows whether another message replaces one, which is asked before the earlier one is sent on."""

from hub.store.database.concurrent_index import create_index

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("message_supersedes", "message (supersedes) WHERE supersedes IS NOT NULL")
