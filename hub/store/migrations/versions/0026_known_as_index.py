"""The deliveries that are known by an id of their own are found by it."""

from hub.store.database.concurrent_index import create_index

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("delivery_known_as", "delivery (known_as) WHERE known_as IS NOT NULL")
