"""What is counted about messages: kept with each message, and made up for those that an earlier version accepted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert

from hub.store.database.gathered import add_row
from hub.store.database.rows import Rows
from hub.store.messages.tables import message
from hub.store.overview.tables import message_measure
from hub.store.persons.tables import is_destroyed


@dataclass(frozen=True, slots=True)
class KeptMeasures:
    """`counts_as` is the blinded subject: messages of one sender and kind with the same count once."""

    message_id: UUID
    kind: str
    sender: str
    day: date
    counts_as: str
    accepted_at: datetime
    measures: Mapping[str, str]

    def row(self) -> dict[str, object]:
        return {
            "message_id": self.message_id,
            "kind": self.kind,
            "sender": self.sender,
            "day": self.day,
            "counts_as": self.counts_as,
            "accepted_at": self.accepted_at,
            "measures": dict(self.measures),
        }


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A message whose measures are not kept yet."""

    id: UUID
    kind: str
    sender: str
    subject: str
    accepted_at: datetime


_NOT_MEASURED = Rows(NotMeasured, message)
_HAS_MEASURES = exists().where(message_measure.c.message_id == message.c.id)
_TO_MEASURE = (
    select(*_NOT_MEASURED.columns)
    .where(message.c.kind.in_(bindparam("kinds", expanding=True)), message.c.overtaken_by.is_(None))
    .where(~_HAS_MEASURES, ~is_destroyed(message.c.id))
    .order_by(message.c.accepted_at, message.c.id)
    .limit(bindparam("limit"))
)


def keep(connection: Connection, new: KeptMeasures) -> None:
    """With the message itself, which nobody else keeps."""
    add_row(connection, message_measure, new.row())


def keep_later(connection: Connection, new: KeptMeasures) -> None:
    """For a message that is kept already; another process may have done it meanwhile."""
    connection.execute(insert(message_measure).on_conflict_do_nothing(), new.row())


def not_measured(connection: Connection, kinds: Collection[str], limit: int) -> tuple[NotMeasured, ...]:
    """At most `limit` messages of these kinds, the oldest first."""
    return _NOT_MEASURED.all(connection.execute(_TO_MEASURE, {"kinds": sorted(kinds), "limit": limit}))
