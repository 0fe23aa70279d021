"""Entries about the end of data: destroyed, kept by a legal hold, shown to the person it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class DestroyedMessage:
    """`days` is how long the protocol allows it to be kept."""

    message_id: UUID
    protocol: str
    days: int

    def columns(self) -> JsonObject:
        return {"message_id": self.message_id, "protocol": self.protocol, "days": self.days}


@dataclass(frozen=True, slots=True)
class DestroyedDocument:
    """`why`: nothing of it was accepted, or the content of its messages is destroyed."""

    document_id: UUID
    why: str

    def columns(self) -> JsonObject:
        return {"raw_document_id": self.document_id, "why": self.why}


def record_content_destroyed(
    connection: Transaction, at: datetime, *, destroyed: DestroyedMessage | DestroyedDocument, by: str
) -> None:
    """The content of a message or a document is destroyed for good. Detail: who had it destroyed; for a message the
    protocol and its days, for a document the reason."""
    append(connection, Event.CONTENT_DESTROYED, at, by=by, **destroyed.columns())


def record_retention_run(
    connection: Transaction,
    at: datetime,
    *,
    by: str,
    messages: Sequence[Mapping[str, str | int]],
    kept: Sequence[Mapping[str, str | int]],
    documents: Mapping[str, int],
    oldest_remaining: datetime | None,
) -> None:
    """A run destroyed what was due. Detail: who started it, counts of messages by kind, protocol and days, of kept
    messages by reason, of documents by reason, and the age of the oldest that remains."""
    append(
        connection,
        Event.RETENTION_RUN,
        at,
        by=by,
        dry_run=False,
        messages=list(messages),
        kept=list(kept),
        documents=dict(documents),
        oldest_remaining=oldest_remaining.isoformat() if oldest_remaining else None,
    )


def record_hold_placed(
    connection: Transaction, at: datetime, *, hold: str, scheme: str, covers: int, by: str, reason: str
) -> None:
    """Everything about a person or a case is kept. Detail: the hold, the type of number that names them but not the
    number, how many messages it covers now, who placed it and why."""
    append(connection, Event.HOLD_PLACED, at, hold=hold, scheme=scheme, covers=covers, by=by, reason=reason)


def record_hold_ended(connection: Transaction, at: datetime, *, hold: str, by: str, reason: str) -> None:
    """The hold has ended. Detail: the hold, who ended it and why."""
    append(connection, Event.HOLD_ENDED, at, hold=hold, by=by, reason=reason)


def record_subject_reported(
    connection: Transaction,
    at: datetime,
    *,
    by: str,
    reason: str,
    asked_by: Sequence[str],
    sharings: int,
    opened: Sequence[str],
) -> None:
    """A person's own data was collected for that person. Detail: who did it and why, the types of number used, how many
    messages and sharings there are, and the ids of the messages that were opened."""
    append(
        connection,
        Event.SUBJECT_REPORTED,
        at,
        by=by,
        reason=reason,
        asked_by=list(asked_by),
        messages=len(opened),
        sharings=sharings,
        opened=list(opened),
    )
