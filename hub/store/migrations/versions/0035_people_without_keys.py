"""Entries that have no keys yet are found, by the hub that fills them in and by those who look for people."""

from hub.store.database.concurrent_index import create_index

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("supervised_person_unkeyed", "supervised_person (surname_key) WHERE finding_keys IS NULL")
