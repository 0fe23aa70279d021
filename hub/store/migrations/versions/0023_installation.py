"""A database says which state folder and which keys belong to it."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE installation (
    name TEXT NOT NULL,
    since timestamptz NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, since)
)
"""
NEVER_CHANGED = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON installation
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
ROLE = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_runtime') THEN
        REVOKE UPDATE, DELETE ON installation FROM hub_runtime;
    END IF;
END $$
"""


def upgrade() -> None:
    for statement in (TABLE, NEVER_CHANGED, ROLE):
        op.get_bind().exec_driver_sql(statement)
