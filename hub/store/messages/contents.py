"""The content of messages, encrypted: the payload, its documents, and the sender's reference."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from hub.store.content import content_keys
from hub.store.content.tables import content_key
from hub.store.database.rows import UntypedRow
from hub.store.messages.tables import attachment, message
from hub.vault.data_key import DataKey
from hub.vault.wrapping import Wrapped
from schemas.json import JsonMapping, JsonObject
from schemas.parts.document import Attachment
from schemas.problem import Problem

_PAYLOAD, _REFERENCE = "message.payload", "message.reference"
_NAME, _CONTENT = "attachment.name", "attachment.content"


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in a message that its key opens."""

    reference: str
    payload: JsonObject
    attachments: tuple[Attachment, ...]


def encrypted(key: DataKey, id: UUID, reference: str, payload: JsonMapping) -> dict[str, bytes]:
    """Return the values of a message's encrypted columns."""
    plain = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return {
        "payload": key.encrypt(plain, _PAYLOAD, id),
        "reference": key.encrypt(reference.encode(), _REFERENCE, id),
    }


def keep_attachments(connection: Connection, key: DataKey, id: UUID, attachments: Iterable[Attachment]) -> None:
    rows = [
        {
            "message_id": id,
            "sha256": held.sha256,
            "name": key.encrypt(held.name.encode(), _NAME, _row(id, held.sha256)),
            "media_type": held.media_type,
            "content": key.encrypt(held.content, _CONTENT, _row(id, held.sha256)),
        }
        for held in attachments
    ]
    if rows:
        connection.execute(insert(attachment).on_conflict_do_nothing(), rows)


@dataclass(frozen=True, slots=True)
class ClosedMessage:
    """The content of a message, still encrypted. `content_in` opens it; without a key nobody can."""

    id: UUID
    kind: str
    version: int
    sender: str
    correlation: UUID
    causation: UUID | None
    sent_at: datetime
    accepted_at: datetime
    payload: bytes
    reference: bytes
    documented: bool
    key: Wrapped | None


_SMALL_BYTES = 65_536
_DOCUMENTED = select(attachment.c.sha256).where(attachment.c.message_id == message.c.id).exists()
_CLOSED = select(
    message.c.id,
    message.c.kind,
    message.c.version,
    message.c.sender,
    message.c.correlation,
    message.c.causation,
    message.c.sent_at,
    message.c.accepted_at,
    message.c.payload,
    message.c.reference,
    _DOCUMENTED.label("documented"),
    content_key.c.wrapped_by,
    content_key.c.wrapped,
).join(content_key, content_key.c.id == message.c.id, isouter=True)
_WHOLE = _CLOSED.where(message.c.id == bindparam("of"))
_SMALL = _CLOSED.where(message.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))), ~_DOCUMENTED).where(
    func.octet_length(message.c.payload) <= bindparam("bytes")
)


def find_closed(connection: Connection, id: UUID) -> ClosedMessage | None:
    row = connection.execute(_WHOLE, {"of": id}).one_or_none()
    return None if row is None else _closed(row)


def find_small(connection: Connection, ids: Collection[UUID]) -> dict[UUID, ClosedMessage]:
    """Those of these that are small and have no documents, by their ids: so many fit into memory together."""
    return {row.id: _closed(row) for row in connection.execute(_SMALL, {"ids": list(ids), "bytes": _SMALL_BYTES})}


def content_of(connection: Connection, id: UUID) -> Content:
    """Raises ContentDestroyed."""
    return content_in(connection, _closed(connection.execute(_WHOLE, {"of": id}).one()))


def _closed(row: UntypedRow) -> ClosedMessage:
    return ClosedMessage(
        row.id,
        row.kind,
        row.version,
        row.sender,
        row.correlation,
        row.causation,
        row.sent_at,
        row.accepted_at,
        row.payload,
        row.reference or b"",
        row.documented,
        Wrapped(row.wrapped_by, row.wrapped) if row.wrapped is not None else None,
    )


def content_in(connection: Connection, closed: ClosedMessage) -> Content:
    """Raises ContentDestroyed."""
    key = content_keys.opened(connection, closed.key, closed.id)
    reference = key.decrypt(closed.reference, _REFERENCE, closed.id).decode()
    attachments = _attachments(connection, key, closed.id) if closed.documented else ()
    return Content(reference, _payload(key, closed.payload, closed.id), attachments)


def payload_of(connection: Connection, id: UUID) -> JsonObject:
    """Raises ContentDestroyed."""
    key = content_keys.open_key(connection, id)
    return _payload(key, connection.execute(select(message.c.payload).where(message.c.id == id)).scalar_one(), id)


def add_doubt(connection: Connection, id: UUID, doubt: Problem) -> None:
    """Add what was found out about a message while it was recorded."""
    added = cast([doubt.as_dict()], JSONB)
    connection.execute(update(message).where(message.c.id == id).values(doubts=message.c.doubts + added))


def references_of(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return the senders' references. A message whose content is destroyed has none."""
    wanted = frozenset(ids)
    keys = content_keys.open_keys(connection, wanted)
    rows = connection.execute(select(message.c.id, message.c.reference).where(message.c.id.in_(wanted)))
    return {row.id: keys[row.id].decrypt(row.reference, _REFERENCE, row.id).decode() for row in rows if row.id in keys}


def _payload(key: DataKey, kept: bytes, id: UUID) -> JsonObject:
    payload: JsonObject = json.loads(key.decrypt(kept, _PAYLOAD, id))
    return payload


def _row(id: UUID, sha256: str) -> str:
    """Return the primary key of an attachment."""
    return f"{id}/{sha256}"


def _attachments(connection: Connection, key: DataKey, id: UUID) -> tuple[Attachment, ...]:
    """Return the attachments in the order of their names."""
    rows = connection.execute(select(attachment).where(attachment.c.message_id == id))
    found = (
        Attachment(
            key.decrypt(row.name, _NAME, _row(id, row.sha256)).decode(),
            row.media_type,
            row.sha256,
            key.decrypt(row.content, _CONTENT, _row(id, row.sha256)),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda held: held.name))
