"""What was delivered may be sent again, under the same message id."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES ('delivery', 'delivered', 'waiting')"
    )
