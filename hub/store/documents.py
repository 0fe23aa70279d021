"""Documents as they came: kept before they are read, and what was answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from hub.lifecycle import DocumentState
from hub.store.tables import raw_document


def keep(
    connection: Connection, *, id: UUID, caller: str, media_type: str, digest: str, body: bytes, received_at: datetime
) -> None:
    connection.execute(
        insert(raw_document).values(
            id=id,
            caller=caller,
            media_type=media_type,
            digest=digest,
            body=body,
            received_at=received_at,
            state=DocumentState.RECEIVED,
        )
    )


def receipt_of_same(connection: Connection, caller: str, digest: str) -> dict[str, Any] | None:
    """The receipt that the same bytes from the same caller got before, if they were accepted whole."""
    found: dict[str, Any] | None = connection.execute(
        select(raw_document.c.receipt)
        .where(raw_document.c.caller == caller, raw_document.c.digest == digest)
        .where(raw_document.c.state == DocumentState.ACCEPTED)
        .order_by(raw_document.c.received_at)
        .limit(1)
    ).scalar()
    return found


def answer(connection: Connection, id: UUID, state: DocumentState, receipt: dict[str, Any] | None) -> None:
    connection.execute(update(raw_document).where(raw_document.c.id == id).values(state=state, receipt=receipt))


def abandon_unanswered(connection: Connection, before: datetime) -> tuple[UUID, ...]:
    """Documents that the hub died over: their senders got no answer and will send again."""
    rows = connection.execute(
        update(raw_document)
        .where(raw_document.c.state == DocumentState.RECEIVED, raw_document.c.received_at < before)
        .values(state=DocumentState.ABANDONED)
        .returning(raw_document.c.id)
    )
    return tuple(rows.scalars())
