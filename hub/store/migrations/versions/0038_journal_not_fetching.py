"""Whether it was told that a mailbox is not emptied is found at once."""

from hub.store.database.concurrent_index import create_index

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("journal_not_fetching", "journal (agency, at) WHERE event = 'partner.not_fetching'")
