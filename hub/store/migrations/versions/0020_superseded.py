"""Whether another message goes in the stead of one is found in an index: it is asked before the former is sent on."""

from hub.store.database.concurrent_index import create_index

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("message_supersedes", "message (supersedes) WHERE supersedes IS NOT NULL")
