"""What takes two people: proposals with the digest that the second person was shown, the rules of the installation, and
the second factors of people."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE proposal (
        id UUID NOT NULL PRIMARY KEY,
        act TEXT NOT NULL,
        about TEXT NOT NULL,
        content JSONB NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL,
        proposed_by TEXT NOT NULL,
        proposed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        decided_by TEXT,
        decided_at timestamptz,
        reason TEXT
    )
    """,
    "CREATE INDEX proposal_open ON proposal (expires_at) WHERE state = 'open'",
    """
    CREATE TABLE installation_rules (
        number INTEGER NOT NULL PRIMARY KEY,
        rules JSONB NOT NULL,
        since timestamptz NOT NULL,
        proposal UUID
    )
    """,
    """
    CREATE TABLE second_factor (
        account TEXT NOT NULL PRIMARY KEY REFERENCES account (name),
        secret BYTEA NOT NULL,
        asked_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        last_step BIGINT
    )
    """,
    """
    INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES
        ('proposal', 'open', 'approved'),
        ('proposal', 'open', 'rejected'),
        ('proposal', 'open', 'expired')
    """,
    """
    CREATE TRIGGER moves BEFORE UPDATE OF state ON proposal FOR EACH ROW
        WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('proposal')
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
            GRANT SELECT, INSERT, UPDATE ON proposal, installation_rules TO hub_runtime;
            GRANT SELECT, INSERT, UPDATE, DELETE ON second_factor TO hub_runtime;
            REVOKE DELETE ON proposal FROM hub_runtime;
            REVOKE DELETE ON installation_rules FROM hub_runtime;
        END IF;
    END $$
    """,
    "SELECT watch_state('proposal', 'id', 'id, act, about, content, digest, state, proposed_by, proposed_at, expires_at,"
    " decided_by, decided_at, reason')",
    "SELECT watch_state('installation_rules', 'number', 'number, rules, since, proposal')",
    "SELECT watch_state('second_factor', 'account', 'account, secret, asked_at, confirmed_at, last_step')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
