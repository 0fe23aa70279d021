"""The ids by which one recipient knows a message, where a protocol is pseudonymous: nobody else knows them.

Recipients who lay what they received side by side find no id, and no time to the second, that is the same in both.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from hub.store.content.blinding import id_for
from hub.store.database.engine import Transaction


@dataclass(frozen=True, slots=True)
class OwnIds:
    """What a recipient knows the message by, and the exchange of messages that it belongs to."""

    message: UUID
    exchange: UUID


def own_ids(connection: Transaction, recipient: str, message_id: UUID, correlation: UUID) -> OwnIds:
    return OwnIds(own_id(connection, recipient, message_id), id_for(connection, recipient, "exchange", correlation))


def own_id(connection: Transaction, recipient: str, message_id: UUID) -> UUID:
    return id_for(connection, recipient, "message", message_id)


def day_of(moment: datetime) -> datetime:
    """The beginning of its day, in UTC."""
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
