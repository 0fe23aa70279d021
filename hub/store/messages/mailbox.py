"""Mailboxes: messages that wait until their recipients fetch and acknowledge them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, text, update

from hub.lifecycle import DeliveryState
from hub.store.content import content_keys
from hub.store.database.rows import Rows
from hub.store.messages.tables import delivery, mailbox_item, message

SIGNAL_CHANNEL = "hub_mailbox"
"""Notified with the agency's id when something is placed in its mailbox."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """A delivery that waits for its recipient. Its body is made anew at each fetch, and no copy of it is kept: `sha256`
    and `size_bytes` are those of the body that would be handed out now."""

    delivery_id: UUID
    recipient: str
    message_id: UUID
    media_type: str
    size_bytes: int
    sha256: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class MailboxItem:
    """A delivery in a mailbox. `id` is the id of the delivery."""

    id: UUID
    message_id: UUID
    recipient: str
    media_type: str
    size_bytes: int
    placed_at: datetime
    fetched_at: datetime | None
    acknowledged_at: datetime | None
    target: str
    cause: UUID | None
    attempts: int
    kind: str
    sender: str
    known_as: UUID | None

    @property
    def shown_id(self) -> UUID:
        """The id by which the recipient knows the message."""
        return self.known_as or self.message_id


_ITEMS = Rows(MailboxItem, mailbox_item, delivery, message, id=mailbox_item.c.delivery_id)
_JOINED = mailbox_item.join(delivery, delivery.c.id == mailbox_item.c.delivery_id).join(
    message, message.c.id == mailbox_item.c.message_id
)


_BODY = "mailbox_item.body"  # as it was called when it was encrypted
_NO_COPY = b""  # the version before this one holds that there is a body until it is acknowledged


def place(connection: Connection, new: NewItem) -> None:
    connection.execute(
        insert(mailbox_item).values(
            delivery_id=new.delivery_id,
            recipient=new.recipient,
            message_id=new.message_id,
            media_type=new.media_type,
            body=_NO_COPY,
            digest=new.sha256,
            size_bytes=new.size_bytes,
            placed_at=new.placed_at,
            visible_at=new.placed_at,
        )
    )
    connection.execute(
        text("SELECT pg_notify(:channel, :agency)"), {"channel": SIGNAL_CHANNEL, "agency": new.recipient}
    )


def visible(connection: Connection, recipient: str, now: datetime, limit: int) -> tuple[MailboxItem, ...]:
    """Return and lock the oldest visible items. Another caller at the same moment gets other items."""
    query = (
        select(*_ITEMS.columns)
        .select_from(_JOINED)
        .where(
            mailbox_item.c.recipient == recipient,
            mailbox_item.c.acknowledged_at.is_(None),
            mailbox_item.c.visible_at <= now,
            delivery.c.state == DeliveryState.PLACED,
        )
        .order_by(delivery.c.position)
        .limit(limit)
        .with_for_update(of=mailbox_item, skip_locked=True)
    )
    return _ITEMS.all(connection.execute(query))


def find(connection: Connection, recipient: str, id: UUID) -> MailboxItem | None:
    """Return and lock the item that the recipient knows by this id, also an acknowledged one; None if it was never
    placed for this recipient."""
    query = (
        select(*_ITEMS.columns)
        .select_from(_JOINED)
        .where(
            mailbox_item.c.recipient == recipient, func.coalesce(delivery.c.known_as, mailbox_item.c.message_id) == id
        )
        .with_for_update(of=mailbox_item)
    )
    return _ITEMS.first(connection.execute(query))


def hide(connection: Connection, delivery_ids: list[UUID], until: datetime) -> None:
    """Leave these out of the list until then."""
    connection.execute(
        update(mailbox_item).where(mailbox_item.c.delivery_id.in_(delivery_ids)).values(visible_at=until)
    )


def hand_out(
    connection: Connection, delivery_id: UUID, media_type: str, size_bytes: int, sha256: str, now: datetime
) -> None:
    """Note what was handed out last."""
    connection.execute(
        update(mailbox_item)
        .where(mailbox_item.c.delivery_id == delivery_id)
        .values(
            media_type=media_type,
            body=_NO_COPY,
            digest=sha256,
            size_bytes=size_bytes,
            fetched_at=func.coalesce(mailbox_item.c.fetched_at, now),
        )
    )


def digest_of(connection: Connection, delivery_id: UUID) -> str:
    """Return the SHA-256 of the body that was handed out last."""
    query = select(mailbox_item.c.message_id, mailbox_item.c.body, mailbox_item.c.digest)
    row = connection.execute(query.where(mailbox_item.c.delivery_id == delivery_id)).one()
    if row.digest is not None:
        return str(row.digest)
    # an earlier version kept the body itself
    body = content_keys.open_key(connection, row.message_id).decrypt(row.body, _BODY, delivery_id)
    return hashlib.sha256(body).hexdigest()


def acknowledge(connection: Connection, delivery_id: UUID, now: datetime) -> None:
    """Record that the recipient has it, and delete the copy that an earlier version kept."""
    connection.execute(
        update(mailbox_item).where(mailbox_item.c.delivery_id == delivery_id).values(body=None, acknowledged_at=now)
    )


def withdraw(connection: Connection, delivery_id: UUID) -> None:
    connection.execute(delete(mailbox_item).where(mailbox_item.c.delivery_id == delivery_id))
