"""Bulk work on quarantine: plans, and the deliveries of each."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE quarantine_bulk (
        id UUID NOT NULL,
        action TEXT NOT NULL,
        selection JSONB NOT NULL,
        reason TEXT NOT NULL,
        state TEXT NOT NULL,
        planned_at timestamptz NOT NULL,
        planned_by TEXT NOT NULL,
        approved_at timestamptz,
        approved_by TEXT,
        ended_at timestamptz,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE quarantine_bulk_item (
        bulk_id UUID NOT NULL,
        delivery_id UUID NOT NULL,
        done BOOLEAN,
        PRIMARY KEY (bulk_id, delivery_id),
        FOREIGN KEY(bulk_id) REFERENCES quarantine_bulk (id),
        FOREIGN KEY(delivery_id) REFERENCES delivery (id)
    )
    """,
    "CREATE INDEX quarantine_bulk_item_open ON quarantine_bulk_item (bulk_id) WHERE done IS NULL",
    """
    INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES
        ('bulk', 'planned', 'running'),
        ('bulk', 'running', 'stopped'),
        ('bulk', 'stopped', 'running'),
        ('bulk', 'running', 'done')
    """,
    """
    CREATE TRIGGER moves BEFORE UPDATE OF state ON quarantine_bulk FOR EACH ROW
        WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('bulk')
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
