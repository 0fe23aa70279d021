"""What was destroyed, what may be destroyed next, and the destruction of keys and of everything that names a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, TextClause, insert, select, text, tuple_, update

from hub.lifecycle import OPEN_CLOCKS, DeliveryState, DocumentState
from hub.store.content import content_keys, documents
from hub.store.content.tables import raw_document
from hub.store.messages.tables import clock, delivery, message
from hub.store.persons import supervisions
from hub.store.persons.tables import disposal, is_destroyed
from schemas.json import JsonMapping, JsonObject


@dataclass(frozen=True, slots=True)
class Sharing:
    """A delivery, with what retention needs to know of it."""

    state: DeliveryState
    delivered_at: datetime | None
    protocol: str
    protocol_version: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message whose content still exists. `indexed` says that its people are in the index, so that a hold on them is
    found."""

    id: UUID
    kind: str
    sender: str
    accepted_at: datetime
    sharings: tuple[Sharing, ...]
    clock_open: bool
    indexed: bool
    supervision_open: bool = False


def candidates(
    connection: Connection, before: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Candidate, ...]:
    """Return and lock messages accepted before `before`, the oldest first. `after` is where the last page ended."""
    query = (
        select(message.c.id, message.c.kind, message.c.sender, message.c.accepted_at)
        .where(message.c.accepted_at < before, ~is_destroyed(message.c.id))
        .order_by(message.c.accepted_at, message.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if after is not None:
        query = query.where(tuple_(message.c.accepted_at, message.c.id) > after)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    sharings = _sharings(connection, ids)
    open_clocks, indexed = _with_open_clock(connection, ids), _indexed(connection, ids)
    supervising = supervisions.not_ended(connection, ids)
    return tuple(
        Candidate(
            row.id,
            row.kind,
            row.sender,
            row.accepted_at,
            tuple(sharings.get(row.id, ())),
            row.id in open_clocks,
            row.id in indexed,
            row.id in supervising,
        )
        for row in rows
    )


def _sharings(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, list[Sharing]]:
    found: dict[UUID, list[Sharing]] = {}
    for row in connection.execute(select(delivery).where(delivery.c.message_id.in_(ids)).order_by(delivery.c.position)):
        sharing = Sharing(row.state, row.delivered_at, row.protocol, row.protocol_version)
        found.setdefault(row.message_id, []).append(sharing)
    return found


def _with_open_clock(connection: Connection, ids: Sequence[UUID]) -> frozenset[UUID]:
    query = select(clock.c.message_id).where(clock.c.message_id.in_(ids), clock.c.state.in_(OPEN_CLOCKS))
    return frozenset(connection.execute(query).scalars())


def _indexed(connection: Connection, ids: Sequence[UUID]) -> frozenset[UUID]:
    query = text("SELECT DISTINCT message_id FROM subject_key WHERE message_id = ANY (:ids)")
    return frozenset(connection.execute(query, {"ids": list(ids)}).scalars())


# The key is deleted, and with it everything that could name somebody. Ids, kinds, parties, times, digests, paths and
# decisions stay. The blinded reference stays too, because it shows when a sender sends the same again. Encrypted
# content is deleted as well, because a copy of its key may still be in a backup.
_FORGET = (
    "DELETE FROM supervision WHERE message_id = ANY (:ids)"
    " OR person_id IN (SELECT id FROM supervised_person WHERE message_id = ANY (:ids))",
    "DELETE FROM person_link WHERE message_id = ANY (:ids)"
    " OR person_id IN (SELECT id FROM supervised_person WHERE message_id = ANY (:ids))",
    "DELETE FROM supervised_identifier WHERE person_id IN"
    " (SELECT id FROM supervised_person WHERE message_id = ANY (:ids))",
    "DELETE FROM supervised_person WHERE message_id = ANY (:ids)",
    "DELETE FROM awaiting_link WHERE message_id = ANY (:ids)",
    "DELETE FROM case_key WHERE message_id = ANY (:ids)",
    "DELETE FROM subject_key WHERE message_id = ANY (:ids)",
    "DELETE FROM current_person_key WHERE message_id = ANY (:ids)",
    "UPDATE attachment SET name = '', content = '' WHERE message_id = ANY (:ids)",
    "UPDATE delivery SET subject = '', receipt_words = NULL WHERE message_id = ANY (:ids)",
    "UPDATE message SET payload = '', reference = NULL, subject = '', replaces_key = NULL WHERE id = ANY (:ids)",
)


def destroy_messages(connection: Connection, ids: Sequence[UUID], now: datetime) -> None:
    if not ids:
        return
    content_keys.destroy(connection, ids)
    for statement in _FORGET:
        connection.execute(text(statement), {"ids": list(ids)})
    _mark(connection, ids, now)


def _mark(connection: Connection, ids: Sequence[UUID], now: datetime) -> None:
    connection.execute(insert(disposal), [{"id": id, "destroyed_at": now} for id in ids])


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document. `messages` are those that it brought, and those that it repeated."""

    id: UUID
    state: DocumentState
    receipt: JsonObject | None
    messages: frozenset[UUID]


_OF_DESTROYED = text("EXISTS (SELECT FROM disposal gone WHERE gone.id = ANY (raw_document.message_ids))")


def documents_of_destroyed(connection: Connection, after: UUID | None, limit: int) -> tuple[KeptDocument, ...]:
    """Return and lock documents in which a destroyed message could still be read."""
    answered = raw_document.c.state.in_([DocumentState.ACCEPTED, DocumentState.PARTLY])
    return _documents(connection, [answered, raw_document.c.receipt.is_not(None), _OF_DESTROYED], after, limit)


def unaccepted_documents(
    connection: Connection, before: datetime, after: UUID | None, limit: int
) -> tuple[KeptDocument, ...]:
    """Return and lock documents received before `before` that were refused or never answered."""
    never = raw_document.c.state.in_([DocumentState.REFUSED, DocumentState.ABANDONED])
    return _documents(connection, [never, raw_document.c.received_at < before], after, limit)


def _documents(
    connection: Connection, conditions: Sequence[ColumnElement[bool] | TextClause], after: UUID | None, limit: int
) -> tuple[KeptDocument, ...]:
    query = (
        select(raw_document.c.id, raw_document.c.state, raw_document.c.receipt, raw_document.c.message_ids)
        .where(*conditions, ~is_destroyed(raw_document.c.id))
        .order_by(raw_document.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if after is not None:
        query = query.where(raw_document.c.id > after)
    rows = connection.execute(query).all()
    keys = content_keys.open_keys(connection, [row.id for row in rows if row.receipt])
    return tuple(
        KeptDocument(
            row.id,
            row.state,
            documents.read_receipt(keys[row.id], row.receipt, row.id) if row.receipt else None,
            frozenset(row.message_ids),
        )
        for row in rows
    )


def destroy_documents(connection: Connection, receipts: Mapping[UUID, JsonMapping | None], now: datetime) -> None:
    """Destroy documents. `receipts` gives the answer for a sender who sends the same document again."""
    if not receipts:
        return
    content_keys.destroy(connection, list(receipts))
    for id, receipt in receipts.items():
        gone = {"body": b"", "receipt": None, "receipt_after": receipt}
        connection.execute(update(raw_document).where(raw_document.c.id == id).values(gone))
    _mark(connection, list(receipts), now)


def oldest_remaining(connection: Connection) -> datetime | None:
    """Return when the oldest message whose content still exists was accepted."""
    query = select(message.c.accepted_at).where(~is_destroyed(message.c.id)).order_by(message.c.accepted_at).limit(1)
    found: datetime | None = connection.execute(query).scalar()
    return found
