"""Tables: the versions of the sharing protocols, and the notices about them."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Table, Text, Uuid, text

from hub.lifecycle import VersionState
from hub.store.database.columns import MOMENT, State, metadata

protocol_version = Table(
    "protocol_version",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("protocol", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", State(VersionState), nullable=False),
    Column("proposed_by", Text),
    Column("proposed_at", MOMENT, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", MOMENT),
    Column("reason", Text),
    CheckConstraint(
        "state <> 'approved' OR lower(trim(decided_by)) <> lower(trim(proposed_by))",
        name="protocol_version_two_persons",
    ),
    Index("protocol_version_once", "protocol", "version", unique=True, postgresql_where=text("state <> 'rejected'")),
)

protocol_notice = Table(
    "protocol_notice",
    metadata,
    Column("protocol", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("occasion", Text, primary_key=True),
    Column("on_day", Date, primary_key=True),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("message_id", Uuid, nullable=False),
    Column("sent_at", MOMENT, nullable=False),
)
