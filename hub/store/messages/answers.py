"""The receipts of recipients for their deliveries. Their own words may name a person, so they are encrypted."""

import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from hub.store.content import content_keys
from hub.store.messages.tables import delivery
from schemas.json import JsonMapping, JsonObject

_WORDS = "delivery.receipt_words"


def without_words(receipt: JsonMapping | None) -> JsonObject:
    return {name: value for name, value in (receipt or {}).items() if name != "words"}


def encrypted(connection: Connection, receipts: Mapping[UUID, tuple[UUID, JsonMapping | None]]) -> dict[UUID, bytes]:
    """Encrypt the words of each receipt that has some, under the key of its message. Input: (message, receipt) by
    delivery."""
    spoken = {id: (of, receipt["words"]) for id, (of, receipt) in receipts.items() if receipt and receipt.get("words")}
    keys = content_keys.open_all(connection, {of for of, _ in spoken.values()})
    return {
        id: keys[of].encrypt(json.dumps(words, ensure_ascii=False).encode(), _WORDS, id)
        for id, (of, words) in spoken.items()
    }


def receipts_of(connection: Connection, message_id: UUID) -> dict[UUID, JsonObject]:
    """Return the receipt of each delivery. The recipient's own words are included only while the content exists."""
    query = select(delivery.c.id, delivery.c.receipt, delivery.c.receipt_words).where(
        delivery.c.message_id == message_id, delivery.c.receipt.is_not(None)
    )
    rows = connection.execute(query).all()
    wordy = any(row.receipt_words for row in rows)
    key = content_keys.open_keys(connection, [message_id]).get(message_id) if wordy else None
    return {
        row.id: row.receipt
        | {"words": json.loads(key.decrypt(row.receipt_words, _WORDS, row.id)) if key and row.receipt_words else {}}
        for row in rows
    }
