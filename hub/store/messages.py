"""Messages and what travels with them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, cast, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hub.errors import ContentDestroyed
from hub.lifecycle import DeliveryState, MessageState, message_state
from hub.store.tables import attachment, case_key, delivery, message, raw_document
from schemas.document import Attachment


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be kept; `digest` covers kind, version, payload and attachments, never ids or times."""

    id: UUID
    raw_document_id: UUID | None
    kind: str
    version: int
    sender: str
    sender_reference: str
    subject: str
    correlation: UUID
    causation: UUID | None
    sent_at: datetime
    accepted_at: datetime
    digest: str
    payload: dict[str, Any]
    attachments: tuple[Attachment, ...]
    doubts: list[dict[str, str]]
    counts: dict[str, int]
    case_keys: frozenset[str]
    replaces_key: str | None = None
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class KeptBefore:
    """What already stands under the same (sender, sender's reference)."""

    id: UUID
    digest: str
    accepted_at: datetime


def keep(connection: Connection, new: NewMessage) -> KeptBefore | None:
    """Insert, or say what stands there already; a second sender of the same waits here for the first."""
    inserted = connection.execute(
        insert(message)
        .values(
            id=new.id,
            raw_document_id=new.raw_document_id,
            kind=new.kind,
            version=new.version,
            sender=new.sender,
            sender_reference=new.sender_reference,
            subject=new.subject,
            correlation=new.correlation,
            causation=new.causation,
            sent_at=new.sent_at,
            accepted_at=new.accepted_at,
            digest=new.digest,
            payload=json.dumps(new.payload, ensure_ascii=False, separators=(",", ":")).encode(),
            doubts=new.doubts,
            counts=new.counts,
            state=MessageState.IN_PROGRESS,
            replaces_key=new.replaces_key,
            supersedes=new.supersedes,
        )
        .on_conflict_do_nothing(constraint="message_once")
        .returning(message.c.id)
    ).scalar()
    if inserted is None:
        row = connection.execute(
            select(message.c.id, message.c.digest, message.c.accepted_at).where(
                message.c.sender == new.sender, message.c.sender_reference == new.sender_reference
            )
        ).one()
        return KeptBefore(row.id, row.digest, row.accepted_at)
    if new.attachments:
        connection.execute(
            insert(attachment).on_conflict_do_nothing(),
            [
                {
                    "message_id": new.id,
                    "sha256": held.sha256,
                    "name": held.name,
                    "media_type": held.media_type,
                    "content": held.content,
                }
                for held in new.attachments
            ],
        )
    if new.case_keys:
        connection.execute(insert(case_key), [{"message_id": new.id, "key": key} for key in sorted(new.case_keys)])
    return None


def is_kept(connection: Connection, sender: str, sender_reference: str) -> bool:
    query = select(message.c.id).where(message.c.sender == sender, message.c.sender_reference == sender_reference)
    return connection.execute(query).first() is not None


def about_same(connection: Connection, keys: frozenset[str]) -> tuple[UUID, ...]:
    """The messages of any kind that share a case key, the newest first."""
    if not keys:
        return ()
    query = (
        select(message.c.id)
        .where(message.c.id.in_(select(case_key.c.message_id).where(case_key.c.key.in_(sorted(keys)))))
        .order_by(message.c.accepted_at.desc())
        .limit(50)
    )
    return tuple(connection.execute(query).scalars())


def with_case_keys(
    connection: Connection, keys: frozenset[str], kind: str
) -> tuple[tuple[UUID, str, frozenset[str], dict[str, Any]], ...]:
    """(id, sender, case keys, payload) of the messages of `kind` that share a key, the newest first."""
    if not keys:
        return ()
    candidates = (
        select(message.c.id, message.c.sender, message.c.payload)
        .where(
            message.c.kind == kind,
            message.c.id.in_(select(case_key.c.message_id).where(case_key.c.key.in_(sorted(keys)))),
        )
        .order_by(message.c.accepted_at.desc())
        .limit(20)
    )
    return tuple(
        (row.id, row.sender, case_keys_of(connection, row.id), json.loads(row.payload))
        for row in connection.execute(candidates)
    )


def case_keys_of(connection: Connection, id: UUID) -> frozenset[str]:
    return frozenset(connection.execute(select(case_key.c.key).where(case_key.c.message_id == id)).scalars())


def find(connection: Connection, id: UUID) -> Row[Any] | None:
    """Everything about a message except its payload."""
    columns = [column for column in message.c if column.name != "payload"]
    return connection.execute(select(*columns).where(message.c.id == id)).one_or_none()


def find_by_prefix(connection: Connection, prefix: str) -> tuple[UUID, ...]:
    """Ids that begin with these characters; at most two, enough to know whether it is ambiguous."""
    text_id = cast(message.c.id, Text)
    return tuple(connection.execute(select(message.c.id).where(text_id.like(f"{prefix}%")).limit(2)).scalars())


def payload_of(connection: Connection, id: UUID) -> dict[str, Any]:
    """Raises ContentDestroyed."""
    kept: bytes = connection.execute(select(message.c.payload).where(message.c.id == id)).scalar_one()
    if not kept:
        raise ContentDestroyed("its time was over, and its content was destroyed", "see when and why: hub show")
    held: dict[str, Any] = json.loads(kept)
    return held


def attachments_of(connection: Connection, id: UUID) -> tuple[Attachment, ...]:
    rows = connection.execute(select(attachment).where(attachment.c.message_id == id).order_by(attachment.c.name))
    return tuple(Attachment(row.name, row.media_type, row.sha256, row.content) for row in rows)


def settle(connection: Connection, ids: frozenset[UUID]) -> None:
    """Let each message's state follow the states of its deliveries."""
    # Locked in one order, so that two workers settling the same messages never wait for one another in a ring.
    locked = connection.execute(
        select(message.c.id, message.c.state).where(message.c.id.in_(ids)).order_by(message.c.id).with_for_update()
    ).all()
    for row in locked:
        states = tuple(
            DeliveryState(state)
            for state in connection.execute(select(delivery.c.state).where(delivery.c.message_id == row.id)).scalars()
        )
        state = message_state(states)
        if state != row.state:
            connection.execute(update(message).where(message.c.id == row.id).values(state=state))


def related(connection: Connection, correlation: UUID) -> tuple[Row[Any], ...]:
    """The messages of one exchange, in the order they were accepted."""
    columns = (
        message.c.id,
        message.c.kind,
        message.c.sender,
        message.c.state,
        message.c.accepted_at,
        message.c.causation,
    )
    query = select(*columns).where(message.c.correlation == correlation).order_by(message.c.accepted_at, message.c.id)
    return tuple(connection.execute(query))


def correlation_with(connection: Connection, keys: frozenset[str]) -> UUID | None:
    """The exchange that messages about the same person and case belong to already."""
    if not keys:
        return None
    query = (
        select(message.c.correlation)
        .join(case_key, case_key.c.message_id == message.c.id)
        .where(case_key.c.key.in_(sorted(keys)))
        .order_by(message.c.accepted_at)
        .limit(1)
    )
    found: UUID | None = connection.execute(query).scalar()
    return found


def correlation_of(connection: Connection, id: UUID) -> UUID:
    found: UUID = connection.execute(select(message.c.correlation).where(message.c.id == id)).scalar_one()
    return found


def lock_cases(connection: Connection, keys: frozenset[str]) -> None:
    """Hold these cases until the transaction ends, so that a report and a sentence that arrive at the same moment see
    each other. Taken in one order, so that nobody waits in a ring."""
    if keys:
        numbers = sorted(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys)
        connection.execute(
            text("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n"), {"numbers": numbers}
        )


def sent_by(connection: Connection, id: UUID, agency: str) -> bool:
    """Whether this agency is the sender, or handed in the document for it."""
    query = (
        select(message.c.id)
        .outerjoin(raw_document, raw_document.c.id == message.c.raw_document_id)
        .where(message.c.id == id, (message.c.sender == agency) | (raw_document.c.caller == agency))
    )
    return connection.execute(query).first() is not None


def latest_edition(connection: Connection, kind: str, sender: str, replaces_key: str) -> UUID | None:
    """The newest message that one with this key replaces."""
    query = (
        select(message.c.id)
        .where(message.c.kind == kind, message.c.sender == sender, message.c.replaces_key == replaces_key)
        .order_by(message.c.accepted_at.desc(), message.c.id)
        .limit(1)
    )
    found: UUID | None = connection.execute(query).scalar()
    return found
