"""Copies messages many times, so that it can be measured how the exchange shows many. For a database of a bench alone:
the copies are in no journal and under no seal."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from hub.store.database.engine import Store
from hub.store.messages.tables import case_key, clock, delivery, message

_AS_OWNER = text("SET LOCAL ROLE NONE")
_TABLES = (message, delivery, clock, case_key)
_PLAN = text(
    "CREATE TEMP TABLE copied ON COMMIT DROP AS"
    " SELECT m.id AS original, gen_random_uuid() AS id, n FROM message m, generate_series(1, :times) n"
)
_COUNT = text("SELECT count(*) FROM message")
_LATER = "- c.n * interval '1 hour'"
_ONE_OF = 50
_MESSAGE = {
    "id": "c.id",
    "sender_reference": "o.sender_reference || '-' || c.n",
    "reference": "o.reference || decode(md5(c.id::text), 'hex')",
    "subject": "o.subject || '-' || c.n",
    "correlation": "gen_random_uuid()",
    "causation": "NULL",
    "supersedes": "NULL",
    "overtaken_by": "NULL",
    "raw_document_id": "NULL",
    "accepted_at": f"o.accepted_at {_LATER}",
    "sent_at": f"o.sent_at {_LATER}",
}
_OF_MESSAGE = {"id": "gen_random_uuid()", "message_id": "c.id"}
_DELIVERY = _OF_MESSAGE | {
    "state": f"CASE WHEN c.n % {_ONE_OF} = 0 THEN o.state ELSE 'delivered' END",
    "delivered_at": f"coalesce(o.delivered_at, o.created_at) {_LATER}",
    "lease_token": "NULL",
    "cause": "NULL",
    "created_at": f"o.created_at {_LATER}",
    "known_as": "NULL",
}
_CLOCK = _OF_MESSAGE | {
    "state": f"CASE WHEN c.n % {_ONE_OF} = 0 THEN o.state ELSE 'met' END",
    "stopped_by": "NULL",
    "due_at": f"o.due_at {_LATER}",
    "starts_at": f"o.starts_at {_LATER}",
}
_CASE_KEY = {"message_id": "c.id", "key": "o.key || '-' || c.n"}


def copy_messages(store: Store, wanted: int) -> int:
    """Copy every message, with its deliveries and clocks, until there are so many. Of the copies, one clock in fifty
    and one delivery in fifty is still open. Returns how many messages there are then."""
    with store.unguarded() as connection:
        connection.execute(_AS_OWNER)
        for table in _TABLES:
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        there_are = int(connection.execute(_COUNT).scalar_one())
        connection.execute(_PLAN, {"times": max(wanted - 1, 0) // there_are})
        _copy(connection, message, _MESSAGE, "id")
        for table, given in ((delivery, _DELIVERY), (clock, _CLOCK), (case_key, _CASE_KEY)):
            _copy(connection, table, given, "message_id")
        for table in _TABLES:
            connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
        count = int(connection.execute(_COUNT).scalar_one())
    with store.unguarded() as connection:
        connection.execute(_AS_OWNER)
        for table in _TABLES:
            connection.execute(text(f"ANALYZE {table.name}"))
    return count


def _copy(connection: Connection, table: Table, given: Mapping[str, str], joined: str) -> None:
    columns = [column.name for column in table.c if column.identity is None]
    values = ", ".join(given.get(name, f"o.{name}") for name in columns)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(columns)})"  # noqa: S608 - names of our own tables and columns
            f" SELECT {values} FROM {table.name} o JOIN copied c ON c.original = o.{joined}"
        )
    )
