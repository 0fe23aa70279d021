"""Entries about links between a message and a supervised person: found by the hub, decided by a person."""

from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


def record_linked(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    area: str,
    link_id: UUID,
    found_by: str,
    match_weight: float | None,
    why: str,
) -> None:
    """The hub is certain that a message is about a supervised person. Detail: the link, how it was found, how strong
    the evidence is, and why."""
    _found(connection, Event.LINKED, at, message_id, area, link_id, found_by, match_weight, why)


def record_link_doubtful(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    area: str,
    link_id: UUID,
    found_by: str,
    match_weight: float | None,
    why: str,
) -> None:
    """A message may be about a supervised person, and a person must decide. Detail: the link, how it was found, how
    strong the evidence is, and why."""
    _found(connection, Event.LINK_DOUBTFUL, at, message_id, area, link_id, found_by, match_weight, why)


def record_link_confirmed(
    connection: Transaction, at: datetime, *, message_id: UUID, area: str, link_id: UUID, decided_by: str
) -> None:
    """Somebody decided that it is the same person. Detail: the link and who decided."""
    _decided(connection, Event.LINK_CONFIRMED, at, message_id, area, link_id, decided_by)


def record_link_rejected(
    connection: Transaction, at: datetime, *, message_id: UUID, area: str, link_id: UUID, decided_by: str
) -> None:
    """Somebody decided that it is not the same person. Detail: the link and who decided."""
    _decided(connection, Event.LINK_REJECTED, at, message_id, area, link_id, decided_by)


def _found(
    connection: Transaction,
    event: Event,
    at: datetime,
    message_id: UUID,
    area: str,
    link_id: UUID,
    found_by: str,
    match_weight: float | None,
    why: str,
) -> None:
    append(
        connection,
        event,
        at,
        message_id=message_id,
        agency=area,
        link=str(link_id),
        found_by=found_by,
        match_weight=match_weight,
        why=why,
    )


def _decided(
    connection: Transaction, event: Event, at: datetime, message_id: UUID, area: str, link_id: UUID, decided_by: str
) -> None:
    append(connection, event, at, message_id=message_id, agency=area, link=str(link_id), decided_by=decided_by)
