"""Runs the migrations on the connection that hub.store.schema passes."""

from alembic import context

from hub.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    # one transaction for each revision, so that no table stays locked while others are changed
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
