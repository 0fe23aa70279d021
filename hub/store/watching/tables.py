"""Tables: the alerts, and the habit of each sender."""

from sqlalchemy import ARRAY, Column, Float, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.database.columns import MOMENT, metadata

alert = Table(
    "alert",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("about", ARRAY(Text, as_tuple=True), nullable=False),
    Column("value", Float, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("told_at", MOMENT),
    Column("acknowledged_at", MOMENT),
    Column("acknowledged_by", Text),
    Column("ended_at", MOMENT),
    Index("alert_open", "name", "about", unique=True, postgresql_where=text("ended_at IS NULL")),
)
"""One row for one cause, from its first sign until it is gone. `about` are the labels of the figure."""

sender_habit = Table(
    "sender_habit",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("known_since", MOMENT, nullable=False),
    Column("last_at", MOMENT, nullable=False),
    Column("longest", JSONB, nullable=False),
)
"""`longest`: for each week, such as 2026-W30, the longest time in seconds between two messages."""
