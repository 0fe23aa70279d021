"""Entries about links between a message and a supervised person: found by the hub, decided by a person. The agency of
an entry is the area that supervises the person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append
from schemas.parts.supervision import SupervisionEnd


@dataclass(frozen=True, slots=True)
class LinkInMessage:
    message_id: UUID
    area: str
    link_id: UUID


@dataclass(frozen=True, slots=True)
class WhyLinked:
    """How the link was found, how strong the evidence is and the expected chance that it is wrong (both None if an
    identifier decided), and why, without values."""

    found_by: str
    match_weight: float | None
    why: str
    chance_of_error: float | None = None


def record_linked(connection: Transaction, at: datetime, link: LinkInMessage, *, because: WhyLinked) -> None:
    """The hub is certain that a message is about a supervised person. Detail: the link, how it was found, how strong
    the evidence is, and why."""
    _found(connection, Event.LINKED, at, link, because)


def record_link_doubtful(connection: Transaction, at: datetime, link: LinkInMessage, *, because: WhyLinked) -> None:
    """A message may be about a supervised person, and a person must decide. Detail: as of a certain link."""
    _found(connection, Event.LINK_DOUBTFUL, at, link, because)


def record_link_confirmed(connection: Transaction, at: datetime, link: LinkInMessage, *, decided_by: str) -> None:
    """Somebody decided that it is the same person. Detail: the link and who decided."""
    _decided(connection, Event.LINK_CONFIRMED, at, link, decided_by)


def record_link_rejected(
    connection: Transaction, at: datetime, link: LinkInMessage, *, decided_by: str, approved_by: str | None = None
) -> None:
    """Somebody decided that it is not the same person. Detail: the link, who decided, and who approved it if it took
    two people."""
    _decided(connection, Event.LINK_REJECTED, at, link, decided_by, approved_by)


def record_supervision_started(connection: Transaction, at: datetime, *, message_id: UUID, area: str) -> None:
    """The area supervises a person, as the message says. Detail: nothing more."""
    append(connection, Event.SUPERVISION_STARTED, at, message_id=message_id, agency=area)


def record_supervision_ended(
    connection: Transaction, at: datetime, *, message_id: UUID, area: str, because: SupervisionEnd, supervisions: int
) -> None:
    """The area supervises a person no longer. Detail: why, and how many supervisions ended; none if their beginning
    has not come yet."""
    append(
        connection,
        Event.SUPERVISION_ENDED,
        at,
        message_id=message_id,
        agency=area,
        because=because,
        supervisions=supervisions,
    )


def _found(connection: Transaction, event: Event, at: datetime, link: LinkInMessage, because: WhyLinked) -> None:
    append(
        connection,
        event,
        at,
        message_id=link.message_id,
        agency=link.area,
        link=str(link.link_id),
        found_by=because.found_by,
        match_weight=because.match_weight,
        why=because.why,
        chance_of_error=because.chance_of_error,
    )


def _decided(
    connection: Transaction,
    event: Event,
    at: datetime,
    link: LinkInMessage,
    decided_by: str,
    approved_by: str | None = None,
) -> None:
    append(
        connection,
        event,
        at,
        message_id=link.message_id,
        agency=link.area,
        link=str(link.link_id),
        decided_by=decided_by,
        **given(approved_by=approved_by),
    )
