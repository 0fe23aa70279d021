"""When an assertion was used, by which calls are counted; and who handed in what is on its way."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE used_assertion ADD COLUMN used_at timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE used_assertion ALTER COLUMN used_at DROP DEFAULT",
    "CREATE INDEX used_assertion_calls ON used_assertion (agency, used_at)",
    "ALTER TABLE delivery ADD COLUMN handed_in_by TEXT",
    """
    UPDATE delivery SET handed_in_by = raw_document.caller
    FROM message JOIN raw_document ON raw_document.id = message.raw_document_id
    WHERE message.id = delivery.message_id AND delivery.state <> 'delivered'
    """,
    """
    CREATE INDEX delivery_open ON delivery (handed_in_by, message_id)
    WHERE state in ('waiting', 'sending', 'placed', 'held')
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
