"""The versions of the sharing protocols: proposed by one person, approved by another, and never changed again."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE protocol_version (
    id UUID NOT NULL,
    protocol TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('adopted', 'proposed', 'approved', 'rejected')),
    proposed_by TEXT,
    proposed_at timestamptz NOT NULL,
    decided_by TEXT,
    decided_at timestamptz,
    reason TEXT,
    PRIMARY KEY (id),
    CHECK (state = 'adopted' OR proposed_by IS NOT NULL),
    CHECK (state IN ('adopted', 'proposed') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
    CONSTRAINT protocol_version_two_persons
        CHECK (state <> 'approved' OR lower(trim(decided_by)) <> lower(trim(proposed_by)))
);
CREATE UNIQUE INDEX protocol_version_once ON protocol_version (protocol, version) WHERE state <> 'rejected';
"""

GUARDS = """
CREATE FUNCTION keep_what_was_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed' OR NEW.state NOT IN ('approved', 'rejected')
        OR (NEW.id, NEW.protocol, NEW.version, NEW.text, NEW.proposed_by, NEW.proposed_at)
            IS DISTINCT FROM (OLD.id, OLD.protocol, OLD.version, OLD.text, OLD.proposed_by, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'a version of a protocol is decided once and never changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE ON protocol_version
    FOR EACH ROW EXECUTE FUNCTION keep_what_was_agreed();
CREATE TRIGGER never_deleted BEFORE DELETE ON protocol_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON protocol_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# New tables get their grants by the default privileges of 0004; deleting is taken back here.
GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
        GRANT SELECT, INSERT, UPDATE ON protocol_version TO hub_runtime;
        REVOKE DELETE ON protocol_version FROM hub_runtime;
    END IF;
END $$;
"""

STATEMENTS: tuple[str, ...] = (TABLES, GUARDS, GRANTS)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
