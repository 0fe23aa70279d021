"""Tables: supervised people, the people of each message, legal holds, and what was destroyed."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from hub.lifecycle import LinkState
from hub.store.database.columns import MOMENT, State, metadata

supervised_person = Table(
    "supervised_person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("person", LargeBinary, nullable=False),
    Column("surname_key", Text),
    Column("date_of_birth", Text),
    Column("since", MOMENT, nullable=False),
    Column("finding_keys", ARRAY(BigInteger)),
    Index("supervised_person_candidates", "date_of_birth", "surname_key"),
    Index("supervised_person_keys", "finding_keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    Index("supervised_person_unkeyed", "surname_key", postgresql_where=text("finding_keys IS NULL")),
    Index("supervised_person_area", "area"),
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

supervision = Table(
    "supervision",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("supervised_person.id"), nullable=False),
    Column("area", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("reference", Text),
    Column("started_on", Date),
    Column("ended_on", Date),
    Column("ended_because", Text),
    Column("ended_by", Uuid, ForeignKey("message.id")),
    Index("supervision_person", "person_id"),
    Index("supervision_message", "message_id"),
)

person_link = Table(
    "person_link",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("supervised_person.id"), nullable=False),
    Column("area", Text, nullable=False),
    Column("state", State(LinkState), nullable=False),
    Column("found_by", Text, nullable=False),
    Column("match_weight", Double),
    Column("evidence", JSONB, nullable=False),
    Column("why", Text, nullable=False),
    Column("found_at", MOMENT, nullable=False),
    Column("decided_at", MOMENT),
    Column("decided_by", Text),
    UniqueConstraint("message_id", "person_id", name="person_link_once"),
)

awaiting_link = Table(
    "awaiting_link",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("target", Text, nullable=False),
    Column("looked_at", MOMENT),
)

subject_key = Table(
    "subject_key",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("scheme", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("spelling", Integer, nullable=False, server_default="1"),
    Index("subject_key_key", "scheme", "key"),
)

current_person_key = Table(
    "current_person_key",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Index("current_person_key_key", "key"),
)

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_at", MOMENT),
    Column("ended_by", Text),
    Column("ended_because", Text),
    Index("legal_hold_open", "scheme", "key", postgresql_where=text("ended_at IS NULL")),
)

disposal = Table(
    "disposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("destroyed_at", MOMENT, nullable=False),
    Index("disposal_at", "destroyed_at"),
)


def is_destroyed(id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: the content of the message or document with that id was destroyed."""
    return select(disposal.c.id).where(disposal.c.id == id).exists()
