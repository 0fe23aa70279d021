"""The ids by which one recipient knows a message under a protocol with pseudonyms. Nobody else knows these ids.

If recipients compare what they received, they find no id and no exact time that is the same in both copies.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from hub.store.content.blinding import id_for
from hub.store.database.engine import Transaction


@dataclass(frozen=True, slots=True)
class OwnIds:
    """The ids by which a recipient knows a message and its exchange."""

    message: UUID
    exchange: UUID


def own_ids(connection: Transaction, recipient: str, message_id: UUID, correlation: UUID) -> OwnIds:
    return OwnIds(own_id(connection, recipient, message_id), id_for(connection, recipient, "exchange", correlation))


def own_id(connection: Transaction, recipient: str, message_id: UUID) -> UUID:
    return id_for(connection, recipient, "message", message_id)


def day_of(moment: datetime) -> datetime:
    """Return the beginning of its day, in UTC."""
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
