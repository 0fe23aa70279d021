"""What a recipient says later of a message may be a refusal, and what became of a document is sent to its sender later."""

from alembic import op

revision = "0083"
down_revision = "0070"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES ('delivery', 'delivered', 'quarantined')",
    """
    CREATE TABLE later_answer (
        raw_document_id UUID NOT NULL PRIMARY KEY REFERENCES raw_document (id),
        agency TEXT NOT NULL,
        interface TEXT NOT NULL,
        asked_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        ended_at timestamptz,
        why_code TEXT
    )
    """,
    "CREATE INDEX later_answer_due ON later_answer (due_at) WHERE ended_at IS NULL",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE ON later_answer TO hub_runtime;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
