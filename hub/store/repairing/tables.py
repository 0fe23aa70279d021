"""Tables: refused parts of documents, and bulk work on quarantine."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.lifecycle import BulkAction, BulkState, PartState
from hub.store.database.columns import MOMENT, State, metadata

refused_part = Table(
    "refused_part",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("raw_document_id", Uuid, ForeignKey("raw_document.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("code", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("cure", Text, nullable=False),
    Column("problems", Integer, nullable=False, server_default="1"),
    Column("others", JSONB),
    Column("state", State(PartState), nullable=False),
    Column("closed_at", MOMENT),
    Column("closed_by", Text),
    Column("closed_because", Text),
    Column("received_again_as", Uuid, ForeignKey("raw_document.id")),
    Index("refused_part_open", "at", postgresql_where=text("state = 'open'")),
    Index("refused_part_document", "raw_document_id"),
)

quarantine_bulk = Table(
    "quarantine_bulk",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("action", State(BulkAction), nullable=False),
    Column("selection", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", State(BulkState), nullable=False),
    Column("planned_at", MOMENT, nullable=False),
    Column("planned_by", Text, nullable=False),
    Column("approved_at", MOMENT),
    Column("approved_by", Text),
    Column("ended_at", MOMENT),
)

quarantine_bulk_item = Table(
    "quarantine_bulk_item",
    metadata,
    Column("bulk_id", Uuid, ForeignKey("quarantine_bulk.id"), primary_key=True),
    Column("delivery_id", Uuid, ForeignKey("delivery.id"), primary_key=True),
    Column("done", Boolean),
    Column("quarantined_at", MOMENT),
    Index("quarantine_bulk_item_open", "bulk_id", postgresql_where=text("done IS NULL")),
)
"""`done` is None while the delivery is not done. It is False if the delivery was skipped, because it had left
quarantine or had come back to it since the plan was made.

`quarantined_at` is the delivery's time of quarantine when the plan was made; it shows whether the delivery came back.
It is None if an earlier version made the plan.
"""
