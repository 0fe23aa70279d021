"""Runs the migrations on the connection that hub.store.schema hands over."""

from alembic import context

from hub.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=True,  # no table stays locked while others are changed
)
with context.begin_transaction():
    context.run_migrations()
