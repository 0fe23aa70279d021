"""Tables: the journal, its seals, and what says to which installation they belong."""

from sqlalchemy import ARRAY, BigInteger, Column, Identity, Index, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.database.columns import MOMENT, metadata

journal = Table(
    "journal",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("event", Text, nullable=False),
    Column("raw_document_id", Uuid),
    Column("message_id", Uuid),
    Column("delivery_id", Uuid),
    Column("clock_id", Uuid),
    Column("agency", Text),
    Column("detail", JSONB, nullable=False),
    Index("journal_message", "message_id"),
    Index("journal_raw_document", "raw_document_id"),
    Index(
        "journal_rare",
        "event",
        "position",
        postgresql_where=text(
            "event NOT IN ('document.received', 'message.accepted', 'sharing.permitted', 'delivery.delivered',"
            " 'state.left', 'clock.started', 'clock.met')"
        ),
    ),
    Index(
        "journal_decides",
        text("(detail ->> 'row')"),
        "position",
        postgresql_where=text("event = 'state.decides'"),
    ),
    Index("journal_not_fetching", "agency", "at", postgresql_where=text("event = 'partner.not_fetching'")),
    Index(
        "journal_in_hand",
        "at",
        postgresql_where=text(
            "event IN ('account.added', 'account.changed', 'account.password_changed', 'account.second_factor_reset')"
        ),
    ),
    Index(
        "journal_given_up",
        text("(detail ->> 'by')"),
        "at",
        postgresql_where=text("event IN ('quarantine.discarded', 'bulk.approved')"),
    ),
)

journal_seal = Table(
    "journal_seal",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
    Column("positions", ARRAY(BigInteger), nullable=False),
    Column("leaves", LargeBinary, nullable=False),
    Column("head", Text, nullable=False),
)

installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", MOMENT, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What this database belongs to: the state folder that works on it, and marks of its keys. The newest of a name
counts; none is ever changed."""
