"""Supervised people are found by their keys. Without a list of pending entries, which each search would read through."""

from hub.store.database.concurrent_index import create_index

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("supervised_person_keys", "supervised_person USING gin (finding_keys) WITH (fastupdate = off)")
