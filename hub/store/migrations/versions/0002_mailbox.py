"""Mailboxes that agencies fetch from, and the inboxes that the hub collects from."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE mailbox_item (
    delivery_id UUID NOT NULL,
    recipient TEXT NOT NULL,
    message_id UUID NOT NULL,
    media_type TEXT NOT NULL,
    body BYTEA,
    placed_at timestamptz NOT NULL,
    visible_at timestamptz NOT NULL,
    fetched_at timestamptz,
    acknowledged_at timestamptz,
    PRIMARY KEY (delivery_id),
    CONSTRAINT mailbox_item_once UNIQUE (recipient, message_id),
    FOREIGN KEY(delivery_id) REFERENCES delivery (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    CONSTRAINT mailbox_item_kept CHECK ((body IS NULL) = (acknowledged_at IS NOT NULL))
);

CREATE INDEX mailbox_item_waiting ON mailbox_item (recipient, visible_at) WHERE acknowledged_at IS NULL;

CREATE TABLE collection (
    agency TEXT NOT NULL,
    next_at timestamptz NOT NULL,
    seen JSONB NOT NULL,
    tries JSONB NOT NULL,
    ignored JSONB NOT NULL,
    PRIMARY KEY (agency)
);
"""

MOVES = """
INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES
    ('delivery', 'sending', 'placed'),
    ('delivery', 'placed', 'delivered'),
    ('delivery', 'placed', 'held');
"""


def upgrade() -> None:
    for part in (TABLES, MOVES):
        op.get_bind().exec_driver_sql(part)
