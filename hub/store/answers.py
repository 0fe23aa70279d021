"""What recipients answered to their deliveries. Their own words may name a person: they are encrypted."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update

from hub.store import content_keys
from hub.store.tables import delivery

_WORDS = "delivery.receipt_words"


def without_words(receipt: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: told for name, told in (receipt or {}).items() if name != "words"}


def keep_words(connection: Connection, delivery_id: UUID, receipt: Mapping[str, Any] | None) -> None:
    """The words of a receipt, encrypted under the key of the message."""
    words = (receipt or {}).get("words")
    if words:
        message_id = connection.execute(select(delivery.c.message_id).where(delivery.c.id == delivery_id)).scalar_one()
        key = content_keys.open_key(connection, message_id)
        kept = key.encrypt(json.dumps(words, ensure_ascii=False).encode(), _WORDS, delivery_id)
        connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(receipt_words=kept))


def receipts_of(connection: Connection, message_id: UUID) -> dict[UUID, dict[str, Any]]:
    """By delivery: what its recipient answered, its own words only while the content is there."""
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
