"""Entries about messages: accepted, sent again by their sender, replaced, forwarded, asked for."""

from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


def record_message_accepted(
    connection: Transaction,
    at: datetime,
    *,
    document_id: UUID | None,
    message_id: UUID,
    sender: str,
    kind: str,
    version: int,
    digest: str,
    doubts: int,
    where: str,
) -> int:
    """A message was kept. Returns the entry's position, which its receipt names. Detail: kind and version, the digest
    of its content, how many doubts it has, and its place in its document."""
    return append(
        connection,
        Event.MESSAGE_ACCEPTED,
        at,
        raw_document_id=document_id,
        message_id=message_id,
        agency=sender,
        kind=kind,
        version=version,
        digest=digest,
        doubts=doubts,
        where=where,
    )


def record_message_repeated(
    connection: Transaction, at: datetime, *, document_id: UUID | None, message_id: UUID, sender: str
) -> None:
    """The same content came again under the same reference, so the first message stays. No detail."""
    append(connection, Event.MESSAGE_REPEATED, at, raw_document_id=document_id, message_id=message_id, agency=sender)


def record_reference_reused(
    connection: Transaction, at: datetime, *, document_id: UUID | None, message_id: UUID, sender: str
) -> None:
    """Other content came under the reference of a kept message, and was refused. No detail."""
    append(connection, Event.REFERENCE_REUSED, at, raw_document_id=document_id, message_id=message_id, agency=sender)


def record_no_standing(
    connection: Transaction, at: datetime, *, message_id: UUID, sender: str, keeper: str | None, reason: str
) -> None:
    """The message changes nothing until a person believes it. Detail: the agency that it names as keeper, and why."""
    append(
        connection, Event.NO_STANDING, at, message_id=message_id, agency=sender, reason=reason, **given(keeper=keeper)
    )


def record_believed(
    connection: Transaction, at: datetime, *, message_id: UUID, sender: str, by: str, reason: str
) -> None:
    """A person believes a message that had no standing, and everything follows from it. Detail: who, and why."""
    append(connection, Event.BELIEVED, at, message_id=message_id, agency=sender, by=by, reason=reason)


def record_superseded(connection: Transaction, at: datetime, *, message_id: UUID, superseded_by: UUID) -> None:
    """A later message replaces this one. Detail: which."""
    append(connection, Event.SUPERSEDED, at, message_id=message_id, superseded_by=str(superseded_by))


def record_overtaken(connection: Transaction, at: datetime, *, message_id: UUID, overtaken_by: UUID) -> None:
    """A newer edition came before this one. This one is kept, and is sent to nobody. Detail: the newer one."""
    append(connection, Event.OVERTAKEN, at, message_id=message_id, overtaken_by=str(overtaken_by))


def record_forwarded(
    connection: Transaction, at: datetime, *, message_id: UUID, delivery_id: UUID, recipient: str, because_of: UUID
) -> None:
    """A message that the hub held is sent on to another agency. Detail: the message that made this necessary."""
    append(
        connection,
        Event.FORWARDED,
        at,
        message_id=message_id,
        delivery_id=delivery_id,
        agency=recipient,
        because_of=str(because_of),
    )


def record_ask_withdrawn(
    connection: Transaction, at: datetime, *, message_id: UUID, clock_id: UUID, withdraws: UUID, because_of: UUID
) -> None:
    """The hub does not need any more what it asked for. `message_id` says so to whoever was asked. Detail: the
    question, and the message that made it unnecessary."""
    append(
        connection,
        Event.ASK_WITHDRAWN,
        at,
        message_id=message_id,
        clock_id=clock_id,
        withdraws=str(withdraws),
        because_of=str(because_of),
    )


def record_asked(connection: Transaction, at: datetime, *, message_id: UUID, clock_id: UUID, because_of: UUID) -> None:
    """The hub asked for a message that is owed and missing. `message_id` is its question. Detail: the message that
    started the clock."""
    append(connection, Event.ASKED, at, message_id=message_id, clock_id=clock_id, because_of=str(because_of))
