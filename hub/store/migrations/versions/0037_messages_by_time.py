"""Messages by the time of their acceptance: for lists that show the newest first, page by page."""

from hub.store.database.concurrent_index import create_index

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("message_accepted", "message (accepted_at, id)")
