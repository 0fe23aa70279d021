"""Reads the content of a message. The journal records who reads it and why, in the same transaction and before anybody
sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hub.errors import NotFound
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.documents import record_body_read
from hub.store.database.engine import Transaction
from hub.store.messages import contents, messages
from schemas.json import JsonObject
from schemas.parts.document import Attachment


class ReadPart(StrEnum):
    """Which part of a message was read."""

    BODY = "body"
    DOCUMENT = "document"
    """The whole document, as received."""
    OWN_VALUES = "own_values"
    """The data about one person, for an answer to a subject access request."""


@dataclass(frozen=True, slots=True)
class Body:
    """A message as it was validated. `attachments` are listed with their sizes, and opened one by one."""

    message_id: UUID
    kind: str
    version: int
    payload: JsonObject = field(repr=False)
    attachments: tuple[JsonObject, ...] = field(repr=False)

    def as_plain(self) -> JsonObject:
        return {
            "message": str(self.message_id),
            "kind": self.kind,
            "version": self.version,
            "body": self.payload,
            "attachments": list(self.attachments),
        }


class BodyReading:
    """`by` is the reader, who must have the right to read. Each method raises ReasonMissing, NotFound or
    ContentDestroyed."""

    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock

    def body(self, message_id: UUID, by: str, reason: str) -> Body:
        reason = given_reason(reason)
        with self._store.transaction() as connection:
            row = messages.find(connection, message_id)
            if row is None:
                raise _no_such_message()
            held = contents.content_of(connection, message_id)
            named = tuple(_described(each) for each in held.attachments)
            record_reading(connection, message_id, by, reason, self._clock.now(), [ReadPart.BODY])
        return Body(message_id, row.kind, row.version, held.payload, named)

    def attachment(self, message_id: UUID, sha256: str, by: str, reason: str) -> Attachment:
        reason = given_reason(reason)
        with self._store.transaction() as connection:
            if messages.find(connection, message_id) is None:
                raise _no_such_message()
            for each in contents.content_of(connection, message_id).attachments:
                if each.sha256 == sha256:
                    record_reading(connection, message_id, by, reason, self._clock.now(), [f"attachment {sha256}"])
                    return each
        raise NotFound("the message has no such attachment", "list its attachments with --body")


def record_reading(
    connection: Transaction,
    message_id: UUID | None,
    by: str,
    reason: str,
    now: datetime,
    read: Iterable[str],
    *,
    raw_document_id: UUID | None = None,
) -> None:
    """Record a reading in the journal. Code that opens a body, or a received document, calls this in the same
    transaction."""
    record_body_read(
        connection, now, message_id=message_id, document_id=raw_document_id, person=by, reason=reason, read=read
    )


def _described(attachment: Attachment) -> JsonObject:
    return {
        "sha256": attachment.sha256,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "bytes": len(attachment.content),
    }


def _no_such_message() -> NotFound:
    return NotFound("there is no such message", "use the id of the receipt")
