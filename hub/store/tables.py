"""The tables, as the migrations leave them (a test compares the two).

Columns that hold personal data: raw_document.body, message.payload, attachment.content, case_key.key and the subject
columns. Everything else may be shown to an operator.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
_moment = DateTime(timezone=True)

raw_document = Table(
    "raw_document",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", _moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("receipt", JSONB),
    Index("raw_document_same", "caller", "digest", postgresql_where=text("state in ('accepted', 'partly')")),
    Index("raw_document_unanswered", "received_at", postgresql_where=text("state = 'received'")),
)

message = Table(
    "message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("raw_document_id", Uuid, ForeignKey("raw_document.id")),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sender", Text, nullable=False),
    Column("sender_reference", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("correlation", Uuid, nullable=False),
    Column("causation", Uuid, ForeignKey("message.id")),
    Column("sent_at", _moment, nullable=False),
    Column("accepted_at", _moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("doubts", JSONB, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    UniqueConstraint("sender", "sender_reference", name="message_once"),
    Index("message_correlation", "correlation"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

case_key = Table(
    "case_key",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Index("case_key_key", "key"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("cause", Uuid, ForeignKey("message.id")),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", _moment, nullable=False),
    Column("lease_token", Uuid),
    Column("lease_until", _moment),
    Column("protocol", Text, nullable=False),
    Column("protocol_version", Integer, nullable=False),
    Column("withheld", JSONB, nullable=False),
    Column("unexpressed", JSONB, nullable=False),
    Column("why", Text),
    Column("why_code", Text),
    Column("created_at", _moment, nullable=False),
    Column("delivered_at", _moment),
    Column("receipt", JSONB),
    UniqueConstraint("message_id", "recipient", name="delivery_once"),
    Index("delivery_due", "due_at", postgresql_where=text("state in ('waiting', 'sending', 'held')")),
    Index("delivery_order", "recipient", "subject", "position", postgresql_where=text("state <> 'delivered'")),
)

clock = Table(
    "clock",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("owner", Text),
    Column("toward", Text),
    Column("toward_target", Text, nullable=False),
    Column("forward_kind", Text),
    Column("starts_at", _moment, nullable=False),
    Column("due_at", _moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("stopped_at", _moment),
    Column("stopped_by", Uuid, ForeignKey("message.id")),
    Column("overdue_reported", Boolean, nullable=False, server_default=text("false")),
    Index("clock_running", "name", "due_at", postgresql_where=text("state = 'running'")),
    Index("clock_message", "message_id"),
)

journal = Table(
    "journal",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("at", _moment, nullable=False),
    Column("event", Text, nullable=False),
    Column("raw_document_id", Uuid),
    Column("message_id", Uuid),
    Column("delivery_id", Uuid),
    Column("clock_id", Uuid),
    Column("agency", Text),
    Column("detail", JSONB, nullable=False),
    Index("journal_message", "message_id"),
    Index("journal_raw_document", "raw_document_id"),
)

lifecycle_move = Table(
    "lifecycle_move",
    metadata,
    Column("thing", Text, primary_key=True),
    Column("from_state", Text, primary_key=True),
    Column("to_state", Text, primary_key=True),
)

agency_key = Table(
    "agency_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("secret_sha256", Text, nullable=False, unique=True),
    Column("issued_at", _moment, nullable=False),
    Column("expires_at", _moment, nullable=False),
    Column("revoked_at", _moment),
    Index("agency_key_agency", "agency"),
)
