"""A supervised person is found by keys that few others share. The hub fills in those of earlier entries."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ("ALTER TABLE supervised_person ADD COLUMN finding_keys bigint[]",)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
