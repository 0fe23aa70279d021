"""The tables, as the migrations leave them (a test compares the two).

What may name a person stands encrypted (LargeBinary, under the key of its message or document: content_keys.py) or
blinded (what is only looked up by being equal: blinding.py); docs/vault.md says which column is which. Everything else
may be shown to an operator.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
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
    Column("receipt", LargeBinary),
    Column("receipt_after", JSONB(none_as_null=True)),
    Column("message_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
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
    Column("reference", LargeBinary),
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
    Column("replaces_key", Text),
    Column("supersedes", Uuid, ForeignKey("message.id")),
    UniqueConstraint("sender", "sender_reference", name="message_once"),
    Index("message_correlation", "correlation"),
    Index("message_supersedes", "supersedes", postgresql_where=text("supersedes IS NOT NULL")),
    Index(
        "message_replaces",
        "kind",
        "sender",
        "replaces_key",
        "accepted_at",
        postgresql_where=text("replaces_key IS NOT NULL"),
    ),
)

attachment = Table(
    "attachment",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("name", LargeBinary, nullable=False),
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
    Column("position", BigInteger, Identity(), nullable=False),
    Column("cause", Uuid, ForeignKey("message.id")),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", _moment, nullable=False),
    Column("lease_token", Uuid),
    Column("lease_until", _moment),
    Column("begun_at", _moment),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("protocol", Text, nullable=False),
    Column("protocol_version", Integer, nullable=False),
    Column("withheld", JSONB, nullable=False),
    Column("unexpressed", JSONB, nullable=False),
    Column("why", Text),
    Column("why_code", Text),
    Column("why_where", Text),
    Column("why_cure", Text),
    Column("quarantined_at", _moment),
    Column("created_at", _moment, nullable=False),
    Column("delivered_at", _moment),
    Column("receipt", JSONB),
    Column("handed_in_by", Text),
    Column("receipt_words", LargeBinary),
    UniqueConstraint("message_id", "recipient", name="delivery_once"),
    Index(
        "delivery_due",
        "recipient",
        "due_at",
        "position",
        postgresql_where=text("state in ('waiting', 'sending', 'held')"),
    ),
    Index("delivery_sending", "recipient", postgresql_where=text("state = 'sending'")),
    Index(
        "delivery_open",
        "handed_in_by",
        "message_id",
        postgresql_where=text("state in ('waiting', 'sending', 'placed', 'held')"),
    ),
    Index("delivery_quarantined", "quarantined_at", postgresql_where=text("state = 'quarantined'")),
    Index(
        "delivery_order",
        "recipient",
        "subject",
        "position",
        postgresql_where=text("state NOT IN ('delivered', 'discarded')"),
    ),
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
    Column("remind_at", JSONB, nullable=False, server_default=text("'[]'")),
    Column("next_reminder_at", _moment),
    Index("clock_running", "name", "due_at", postgresql_where=text("state = 'running'")),
    Index("clock_message", "message_id"),
    Index(
        "clock_reminder",
        "next_reminder_at",
        postgresql_where=text("state = 'running' AND next_reminder_at IS NOT NULL"),
    ),
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
    Column("algorithm", Text, nullable=False),
    Column("public_key", JSONB, nullable=False),
    Column("not_before", _moment, nullable=False),
    Column("expires_at", _moment, nullable=False),
    Column("revoked_at", _moment),
    Index("agency_key_agency", "agency"),
)

used_assertion = Table(
    "used_assertion",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("jti", Text, primary_key=True),
    Column("expires_at", _moment, nullable=False),
    Column("used_at", _moment, nullable=False),
    Index("used_assertion_expires", "expires_at"),
    Index("used_assertion_calls", "agency", "used_at"),
)

supervised_person = Table(
    "supervised_person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("person", LargeBinary, nullable=False),
    Column("surname_key", Text),
    Column("date_of_birth", Text),
    Column("since", _moment, nullable=False),
    Index("supervised_person_candidates", "date_of_birth", "surname_key"),
    Index("supervised_person_message", "message_id"),
)

supervised_identifier = Table(
    "supervised_identifier",
    metadata,
    Column("person_id", Uuid, ForeignKey("supervised_person.id"), primary_key=True),
    Column("scheme", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Index("supervised_identifier_value", "scheme", "value"),
)

person_link = Table(
    "person_link",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("supervised_person.id"), nullable=False),
    Column("area", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("found_by", Text, nullable=False),
    Column("match_weight", Double),
    Column("evidence", JSONB, nullable=False),
    Column("why", Text, nullable=False),
    Column("found_at", _moment, nullable=False),
    Column("decided_at", _moment),
    Column("decided_by", Text),
    UniqueConstraint("message_id", "person_id", name="person_link_once"),
)

awaiting_link = Table(
    "awaiting_link",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("target", Text, nullable=False),
    Column("looked_at", _moment),
)

mailbox_item = Table(
    "mailbox_item",
    metadata,
    Column("delivery_id", Uuid, ForeignKey("delivery.id"), primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary),
    Column("size_bytes", Integer, nullable=False),
    Column("placed_at", _moment, nullable=False),
    Column("visible_at", _moment, nullable=False),
    Column("fetched_at", _moment),
    Column("acknowledged_at", _moment),
    UniqueConstraint("recipient", "message_id", name="mailbox_item_once"),
    CheckConstraint("(body IS NULL) = (acknowledged_at IS NOT NULL)", name="mailbox_item_kept"),
    Index("mailbox_item_waiting", "recipient", "visible_at", postgresql_where=text("acknowledged_at is null")),
)
