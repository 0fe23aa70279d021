"""Seals over the journal, and a role of the running hub that may add to the evidence and never change it.

The role is made where the account that migrates may make one; elsewhere the triggers alone hold, and a notice says so.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEALS = """
CREATE TABLE journal_seal (
    number BIGINT NOT NULL,
    first_position BIGINT NOT NULL,
    last_position BIGINT NOT NULL,
    positions BIGINT[] NOT NULL,
    leaves BYTEA NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (number)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# Roles belong to the whole server: another database of it may have made the role, or be making it now.
ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
        BEGIN
            CREATE ROLE hub_runtime NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END IF;
    EXECUTE format('GRANT hub_runtime TO %I', current_user);
    GRANT USAGE ON SCHEMA public TO hub_runtime;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hub_runtime;
    GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO hub_runtime;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hub_runtime;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO hub_runtime;
    REVOKE UPDATE, DELETE ON journal, journal_seal FROM hub_runtime;
    REVOKE INSERT, UPDATE, DELETE ON lifecycle_move, alembic_version FROM hub_runtime;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'the role hub_runtime cannot be made: triggers alone keep the journal append-only';
END $$;
"""

STATEMENTS: tuple[str, ...] = (SEALS, ROLE)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
