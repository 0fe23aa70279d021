"""How many items a person has given up within the hour is found at once."""

from hub.store.database.concurrent_index import create_index

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "journal_given_up",
        "journal ((detail ->> 'by'), at) WHERE event IN ('quarantine.discarded', 'bulk.approved')",
    )
