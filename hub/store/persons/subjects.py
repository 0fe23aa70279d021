"""The people and the case of each message, blinded, and the legal holds that match them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, tuple_, update
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from hub.store.database.rows import Rows
from hub.store.messages.tables import message
from hub.store.persons.tables import is_destroyed, legal_hold, subject_key

CASE = "case"
NOBODY = "nobody"
_SPELLING = 2
"""Goes up whenever names are compared in another spelling: then every message is entered again."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """A key of a person or case of a message. `position` distinguishes the people of one message; for a case it is -1.
    `key` is blinded."""

    message_id: UUID
    position: int
    scheme: str
    key: str


@dataclass(frozen=True, slots=True)
class UnindexedMessage:
    """A message whose people are not in the index yet."""

    id: UUID
    kind: str
    version: int


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A legal hold. `kind` is "person" or "case"; `scheme` says what identifies it. The blinded value is not read."""

    id: UUID
    kind: str
    scheme: str
    placed_by: str
    placed_at: datetime
    reason: str
    ended_at: datetime | None
    ended_by: str | None
    ended_because: str | None


_UNINDEXED = Rows(UnindexedMessage, message)
_HOLDS = Rows(LegalHold, legal_hold)


def not_indexed(connection: Connection, kinds: Iterable[tuple[str, int]], limit: int) -> tuple[UnindexedMessage, ...]:
    """Return and lock messages of these kinds that are not in the index in this spelling and whose content exists."""
    known = select(subject_key.c.message_id).where(
        subject_key.c.message_id == message.c.id, subject_key.c.spelling >= _SPELLING
    )
    query = (
        select(*_UNINDEXED.columns)
        .where(tuple_(message.c.kind, message.c.version).in_(list(kinds)), ~known.exists(), ~is_destroyed(message.c.id))
        .order_by(message.c.accepted_at, message.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return _UNINDEXED.all(connection.execute(query))


def enter(connection: Connection, keys: Iterable[SubjectKey]) -> None:
    rows = [
        {
            "message_id": key.message_id,
            "position": key.position,
            "scheme": key.scheme,
            "key": key.key,
            "spelling": _SPELLING,
        }
        for key in sorted(set(keys), key=lambda key: (key.message_id, key.position, key.scheme, key.key))
    ]
    if rows:
        entered = insert_or_update(subject_key)
        again = entered.on_conflict_do_update(constraint=subject_key.primary_key, set_={"spelling": _SPELLING})
        connection.execute(again, rows)


def about(connection: Connection, keys: Iterable[tuple[str, str]]) -> tuple[UUID, ...]:
    """Return the messages that have one of these (scheme, blinded key), the oldest first."""
    wanted = sorted(set(keys))
    if not wanted:
        return ()
    matching = sql("(subject_key.scheme, subject_key.key) IN (SELECT * FROM unnest(:schemes ::text[], :keys ::text[]))")
    query = (
        select(message.c.id)
        .where(message.c.id.in_(select(subject_key.c.message_id).where(matching)))
        .order_by(message.c.accepted_at, message.c.id)
    )
    found = connection.execute(query, {"schemes": [scheme for scheme, _ in wanted], "keys": [key for _, key in wanted]})
    return tuple(found.scalars())


# A hold on a person covers every number that one message gives for that person: a hold by one number is a hold by all.
# A message that acts in no matter adds no number, because anybody could write one that names two people as one. Where
# a message gives another number of the type by which the hold was placed, it is about somebody else.
_COVERED = """
    WITH RECURSIVE covered (hold_id, by_scheme, by_key, scheme, key) AS (
        SELECT id, scheme, key, scheme, key FROM legal_hold WHERE ended_at IS NULL
        UNION
        SELECT covered.hold_id, covered.by_scheme, covered.by_key, other.scheme, other.key
        FROM covered
        JOIN subject_key found ON found.scheme = covered.scheme AND found.key = covered.key
        JOIN subject_key other ON other.message_id = found.message_id AND other.position = found.position
        WHERE covered.scheme <> 'case' AND other.scheme <> 'case'
          AND NOT EXISTS (SELECT FROM message_standing m WHERE m.message_id = found.message_id
                          AND (NOT m.stands OR m.acts_for = '[]'))
          AND NOT EXISTS (SELECT FROM subject_key s WHERE s.message_id = found.message_id
                          AND s.position = found.position AND s.scheme = covered.by_scheme
                          AND s.scheme NOT IN ('name', 'organisation') AND s.key <> covered.by_key)
    )
    SELECT DISTINCT subject_key.message_id, covered.hold_id
    FROM covered JOIN subject_key ON subject_key.scheme = covered.scheme AND subject_key.key = covered.key
    WHERE NOT EXISTS (SELECT FROM subject_key s WHERE s.message_id = subject_key.message_id
                      AND s.position = subject_key.position AND s.scheme = covered.by_scheme
                      AND s.scheme NOT IN ('name', 'organisation', 'case') AND s.key <> covered.by_key)
"""
_HELD = sql(_COVERED + "AND subject_key.message_id = ANY (:ids)")
_COVERED_BY = sql(_COVERED + "AND covered.hold_id = :hold_id")


def held(connection: Connection, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the messages that a hold covers."""
    return frozenset(row.message_id for row in connection.execute(_HELD, {"ids": list(ids)}))


def covered_by(connection: Connection, hold_id: UUID) -> int:
    """Return how many messages the open hold covers."""
    return len(connection.execute(_COVERED_BY, {"hold_id": hold_id}).all())


def place(connection: Connection, scheme: str, key: str, by: str, reason: str, now: datetime) -> UUID:
    id = uuid4()
    kind = "case" if scheme == CASE else "person"
    connection.execute(
        insert(legal_hold).values(id=id, kind=kind, scheme=scheme, key=key, placed_by=by, placed_at=now, reason=reason)
    )
    return id


def end(connection: Connection, id: UUID, by: str, reason: str, now: datetime) -> bool:
    """End the hold. Returns False if there is no such hold, or it has ended."""
    ended = connection.execute(
        update(legal_hold)
        .where(legal_hold.c.id == id, legal_hold.c.ended_at.is_(None))
        .values(ended_at=now, ended_by=by, ended_because=reason)
    )
    return ended.rowcount == 1


def holds(connection: Connection, *, ended_too: bool) -> tuple[LegalHold, ...]:
    query = select(*_HOLDS.columns).order_by(legal_hold.c.placed_at, legal_hold.c.id)
    if not ended_too:
        query = query.where(legal_hold.c.ended_at.is_(None))
    return _HOLDS.all(connection.execute(query))
