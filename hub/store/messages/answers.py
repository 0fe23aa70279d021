"""The receipts of recipients for their deliveries. Their own words may name a person, so they are encrypted."""

import json
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from hub.store.content import content_keys
from hub.store.messages.tables import delivery, message
from schemas.json import JsonMapping, JsonObject

_WORDS = "delivery.receipt_words"


def unexpressed_between(
    connection: Connection,
    correlation: UUID,
    kinds: Collection[str],
    senders: Collection[str],
    recipients: Collection[str],
) -> tuple[str, ...]:
    """Return what the recipients' formats could not hold of the messages of these kinds in one exchange."""
    query = (
        select(delivery.c.unexpressed)
        .join(message, message.c.id == delivery.c.message_id)
        .where(message.c.correlation == correlation, message.c.kind.in_(kinds), message.c.sender.in_(senders))
        .where(delivery.c.recipient.in_(recipients))
        .order_by(message.c.accepted_at)
    )
    return tuple(str(path) for paths in connection.execute(query).scalars() for path in paths)


def is_incomplete(connection: Connection, delivery_id: UUID, kinds: Collection[str]) -> bool:
    """Return whether it is of one of these kinds, and its recipient's format could not hold all of it."""
    query = select(delivery.c.unexpressed).join(message, message.c.id == delivery.c.message_id)
    return bool(connection.execute(query.where(delivery.c.id == delivery_id, message.c.kind.in_(kinds))).scalar())


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
