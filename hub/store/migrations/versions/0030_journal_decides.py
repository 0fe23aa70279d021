"""The last entry about a row that decides, such as a key or an account, is found at once."""

from hub.store.database.concurrent_index import create_index

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("journal_decides", "journal ((detail ->> 'row'), position) WHERE event = 'state.decides'")
