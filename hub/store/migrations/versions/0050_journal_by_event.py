"""The entries of one rare event, in order: it is found at once among millions of others. What almost every message brings
is found soon without this, and would make each entry dearer."""

from hub.store.database.concurrent_index import create_index

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

COMMON = (
    "'document.received', 'message.accepted', 'sharing.permitted', 'delivery.delivered', 'state.left', 'clock.started',"
    " 'clock.met'"
)


def upgrade() -> None:
    create_index("journal_rare", f"journal (event, position) WHERE event NOT IN ({COMMON})")
