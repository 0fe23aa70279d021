"""The people of an area are counted."""

from hub.store.database.concurrent_index import create_index

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("supervised_person_area", "supervised_person (area)")
