"""Table: the moves between states that the database allows, the same as in `hub.lifecycle`."""

from sqlalchemy import Column, Table, Text

from hub.store.database.columns import metadata

lifecycle_move = Table(
    "lifecycle_move",
    metadata,
    Column("thing", Text, primary_key=True),
    Column("from_state", Text, primary_key=True),
    Column("to_state", Text, primary_key=True),
)
