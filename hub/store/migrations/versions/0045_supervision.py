"""Which area supervises whom, from when until when. To know a person is another thing: `supervised_person` says that."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE supervision (
        id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES supervised_person (id),
        area text NOT NULL,
        message_id uuid NOT NULL REFERENCES message (id),
        reference text,
        started_on date,
        ended_on date,
        ended_because text,
        ended_by uuid REFERENCES message (id)
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE ON supervision TO hub_runtime;
        END IF;
    END $$
    """,
    "CREATE INDEX supervision_person ON supervision (person_id)",
    "CREATE INDEX supervision_message ON supervision (message_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
