"""Supervisions: which area supervises a person, since when, and why it ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, update

from hub.store.content.blinding import Blinded, blinder
from hub.store.database.rows import Rows
from hub.store.persons.tables import supervised_person, supervision


@dataclass(frozen=True, slots=True)
class KeptSupervision:
    """`person_id` is the entry about the person that came with it. `reference` is the blinded one of the order or
    licence; None if a transfer began it, or if it is the end of one whose beginning is not known."""

    id: UUID
    person_id: UUID
    area: str
    message_id: UUID
    reference: str | None
    started_on: date | None
    ended_on: date | None
    ended_because: str | None

    def is_open(self, on: date) -> bool:
        """Return whether the area supervises the person on that day. The day of the end does not count any more."""
        started = self.started_on is not None and self.started_on <= on
        return started and (self.ended_on is None or on < self.ended_on)


@dataclass(frozen=True, slots=True)
class NewSupervision:
    person_id: UUID
    area: str
    message_id: UUID
    reference: str | None
    started_on: date | None
    ended_on: date | None = None
    ended_because: str | None = None
    ended_by: UUID | None = None


_ROWS = Rows(KeptSupervision, supervision)


def reference_key(connection: Connection, area: str, reference: str) -> Blinded:
    return blinder(connection, "supervision")(f"{area}|{reference}")


def add(connection: Connection, new: NewSupervision) -> None:
    connection.execute(
        insert(supervision).values(
            id=uuid4(),
            person_id=new.person_id,
            area=new.area,
            message_id=new.message_id,
            reference=new.reference,
            started_on=new.started_on,
            ended_on=new.ended_on,
            ended_because=new.ended_because,
            ended_by=new.ended_by,
        )
    )


def of_entries(connection: Connection, person_ids: Collection[UUID]) -> tuple[KeptSupervision, ...]:
    """Return the supervisions that came with these entries about people."""
    query = select(*_ROWS.columns).where(supervision.c.person_id.in_(list(person_ids)))
    return _ROWS.all(connection.execute(query.order_by(supervision.c.id)))


def end(connection: Connection, ids: Collection[UUID], on: date, because: str, by: UUID) -> None:
    """`by` is the message that says so."""
    values = {"ended_on": on, "ended_because": because, "ended_by": by}
    connection.execute(update(supervision).where(supervision.c.id.in_(list(ids))).values(**values))


def not_ended(connection: Connection, message_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the messages that began a supervision which nobody has ended."""
    query = select(supervision.c.message_id).where(
        supervision.c.message_id.in_(list(message_ids)), supervision.c.ended_on.is_(None)
    )
    return frozenset(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an entry about a person comes from, and since when the exchange has it."""

    id: UUID
    area: str
    message_id: UUID
    since: datetime


_ENTRIES = Rows(Entry, supervised_person)


def sources(connection: Connection, person_ids: Collection[UUID]) -> tuple[Entry, ...]:
    """Return the entries with these ids, the newest first."""
    query = select(*_ENTRIES.columns).where(supervised_person.c.id.in_(list(person_ids)))
    return _ENTRIES.all(connection.execute(query.order_by(supervised_person.c.since.desc(), supervised_person.c.id)))
