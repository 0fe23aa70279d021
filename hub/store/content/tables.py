"""Tables: documents as they were received, the names that their senders gave them, the answers
that are sent to them later, and the keys of all content."""

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.lifecycle import DocumentState
from hub.store.database.columns import MOMENT, State, metadata

raw_document = Table(
    "raw_document",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("state", State(DocumentState), nullable=False),
    Column("receipt", LargeBinary),
    Column("receipt_after", JSONB(none_as_null=True)),
    Column("message_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Index("raw_document_same", "caller", "digest", postgresql_where=text("state in ('accepted', 'partly')")),
    Index("raw_document_unanswered", "received_at", postgresql_where=text("state = 'received'")),
)

named_document = Table(
    "named_document",
    metadata,
    Column("raw_document_id", Uuid, ForeignKey("raw_document.id"), primary_key=True),
    Column("agency", Text, nullable=False),
    Column("interface", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("named_at", MOMENT, nullable=False),
    Index("named_document_name", "agency", "interface", "name"),
    Index("named_document_time", "agency", "interface", "named_at"),
)

later_answer = Table(
    "later_answer",
    metadata,
    Column("raw_document_id", Uuid, ForeignKey("raw_document.id"), primary_key=True),
    Column("agency", Text, nullable=False),
    Column("interface", Text, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("ended_at", MOMENT),
    Column("why_code", Text),
    Index("later_answer_due", "due_at", postgresql_where=text("ended_at IS NULL")),
)

content_key = Table(
    "content_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapped_by", Text, nullable=False),
    Index("content_key_wrapped_by", "wrapped_by", "id"),
)
