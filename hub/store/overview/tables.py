"""Table: what is counted about messages."""

from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.database.columns import MOMENT, metadata

message_measure = Table(
    "message_measure",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("counts_as", Text, nullable=False),
    Column("accepted_at", MOMENT, nullable=False),
    Column("measures", JSONB, nullable=False),
    Index("message_measure_day", "kind", "day"),
    Index("message_measure_once", "kind", "sender", "counts_as", "accepted_at"),
)
