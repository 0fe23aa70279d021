"""Documents as they were received, kept before they are read, and the receipts for them. Both are encrypted."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from hub.lifecycle import DocumentState
from hub.store.content import content_keys
from hub.store.content.tables import raw_document
from hub.store.database.gathered import add_row, change_row
from hub.vault.data_key import DataKey
from schemas.json import JsonMapping, JsonObject

_BODY, _RECEIPT = "raw_document.body", "raw_document.receipt"
_ANSWER = (
    update(raw_document)
    .where(raw_document.c.id == bindparam("of"))
    .values(state=bindparam("new_state"), receipt=bindparam("new_receipt"), message_ids=bindparam("new_message_ids"))
)


def keep(
    connection: Connection, *, id: UUID, caller: str, media_type: str, digest: str, body: bytes, received_at: datetime
) -> DataKey:
    """Keep the document. Returns the key that encrypts it and its receipt."""
    key = content_keys.keep(connection, id)
    add_row(
        connection,
        raw_document,
        {
            "id": id,
            "caller": caller,
            "media_type": media_type,
            "digest": digest,
            "body": key.encrypt(body, _BODY, id),
            "received_at": received_at,
            "state": DocumentState.RECEIVED,
            "receipt": None,
            "message_ids": [],
        },
    )
    return key


def body_of(connection: Connection, id: UUID) -> bytes:
    """Return the bytes as they were received. Raises ContentDestroyed."""
    key = content_keys.open_key(connection, id)
    kept: bytes = connection.execute(select(raw_document.c.body).where(raw_document.c.id == id)).scalar_one()
    return key.decrypt(kept, _BODY, id)


def receipt_of_same(connection: Connection, caller: str, digest: str) -> JsonObject | None:
    """Return the receipt that the same bytes from the same caller had, if they were accepted whole; None otherwise."""
    row = connection.execute(
        select(raw_document.c.id, raw_document.c.receipt, raw_document.c.receipt_after)
        .where(raw_document.c.caller == caller, raw_document.c.digest == digest)
        .where(raw_document.c.state == DocumentState.ACCEPTED)
        .order_by(raw_document.c.received_at)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    after: JsonObject | None = row.receipt_after
    return after or read_receipt(content_keys.open_key(connection, row.id), row.receipt, row.id)


def read_receipt(key: DataKey, kept: bytes, id: UUID) -> JsonObject:
    receipt: JsonObject = json.loads(key.decrypt(kept, _RECEIPT, id))
    return receipt


def answer(
    connection: Connection,
    id: UUID,
    key: DataKey,
    state: DocumentState,
    receipt: JsonMapping | None,
    message_ids: Sequence[UUID] = (),
) -> None:
    """Record the answer to a document. `key` is the document's key.

    `message_ids` are the messages in the receipt. The document must be destroyed with them, because they can be read in
    it.
    """
    kept = None if receipt is None else _closed(key, receipt, id)
    answered = {"state": state, "receipt": kept, "message_ids": list(message_ids)}
    if not change_row(connection, raw_document, id, answered):
        connection.execute(_ANSWER, {"of": id} | {f"new_{column}": value for column, value in answered.items()})


def _closed(key: DataKey, receipt: JsonMapping, id: UUID) -> bytes:
    return key.encrypt(json.dumps(receipt, ensure_ascii=False, separators=(",", ":")).encode(), _RECEIPT, id)


def abandon_unanswered(connection: Connection, before: datetime) -> tuple[UUID, ...]:
    """Mark documents that were never answered because the hub died. Their senders had no answer and will send again."""
    rows = connection.execute(
        update(raw_document)
        .where(raw_document.c.state == DocumentState.RECEIVED, raw_document.c.received_at < before)
        .values(state=DocumentState.ABANDONED)
        .returning(raw_document.c.id)
    )
    return tuple(rows.scalars())
