"""Who had which account in hand lately is found at once, however long the journal is."""

from hub.store.database.concurrent_index import create_index

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "journal_in_hand",
        "journal (at) WHERE event IN ('account.added', 'account.changed', 'account.password_changed',"
        " 'account.second_factor_reset')",
    )
