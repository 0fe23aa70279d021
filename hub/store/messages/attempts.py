"""Attempts to send a delivery. Each begins under a lease, and its result is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Boolean, Connection, Uuid, bindparam, case, func, text, update
from sqlalchemy.dialects.postgresql import JSONB

from hub.lifecycle import DeliveryState
from hub.store.messages import answers
from hub.store.messages.deliveries import wake_relay
from hub.store.messages.tables import delivery
from schemas.json import JsonObject
from schemas.withheld import WithheldField

_NULLABLE = JSONB(none_as_null=True)


@dataclass(frozen=True, slots=True)
class Work:
    """An attempt that has begun. It is counted and committed before anything risky happens."""

    id: UUID
    message_id: UUID
    recipient: str
    target: str
    cause: UUID | None
    """The message that caused the delivery to this recipient."""
    attempt: int
    lease_until: datetime
    deaths: int
    """How many workers in a row died while they worked on it."""
    created_at: datetime
    known_as: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The result of an attempt. `due_at` is when a waiting or held delivery is looked at again."""

    id: UUID
    state: DeliveryState
    at: datetime
    due_at: datetime | None = None
    why_code: str | None = None
    why: str | None = None
    where: str | None = None
    cure: str | None = None
    receipt: JsonObject | None = None
    decision: tuple[str, int, list[WithheldField]] | None = None
    unexpressed: list[str] | None = None
    known_as: UUID | None = None
    """The id under which it was handed to its recipient, if that is not the id of the message."""
    uncounted: bool = False
    """The attempt was given back before anything was sent, or the exchange itself broke it off."""
    perhaps_sent: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The message and the recipient of a delivery whose attempt has ended."""

    message_id: UUID
    recipient: str


_BEGIN = text("""
    UPDATE delivery SET attempts = attempts + 1, begun_at = :now, lease_until = :until
    FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[])) AS claimed (claimed_id, token)
    WHERE id = claimed_id AND lease_token = token AND state = 'sending' AND lease_until > :now AND begun_at IS NULL
    RETURNING id, message_id, recipient, target, cause, attempts, lease_until, deaths, created_at, known_as, position
""")


def begin(
    connection: Connection, ids: tuple[UUID, ...], token: UUID, now: datetime, lease: timedelta
) -> tuple[Work, ...]:
    """Count an attempt for each delivery that this token still holds; returns them in order of position.

    The `lease` starts now, however long the task was in the queue: a slow worker must not count as dead. Each claim can
    begin once. If the broker hands out a task again because its worker was lost, that task finds nothing to do.
    """
    return tuple(begin_all(connection, [(id, token) for id in ids], now, lease).values())


def begin_all(
    connection: Connection, claimed: Sequence[tuple[UUID, UUID]], now: datetime, lease: timedelta
) -> dict[UUID, Work]:
    """The same for any number of ids, each with its token. Returns each that is still held, by its id."""
    given = {"ids": [id for id, _ in claimed], "tokens": [token for _, token in claimed]}
    rows = connection.execute(_BEGIN, given | {"now": now, "until": now + lease})
    return {row.id: Work(*row[:10]) for row in sorted(rows, key=lambda row: int(row.position))}


_DELIVERED = bindparam("delivered", type_=Boolean)
_AS_ENDED = (
    update(delivery)
    .where(delivery.c.id == bindparam("of"))
    .values(
        state=bindparam("ended_as"),
        lease_token=None,
        lease_until=None,
        begun_at=None,
        deaths=0,
        why_code=bindparam("code"),
        why=bindparam("words"),
        why_where=bindparam("place"),
        why_cure=bindparam("to_do"),
        quarantined_at=bindparam("in_quarantine_at"),
        due_at=func.coalesce(bindparam("next_look_at"), delivery.c.due_at),
        attempts=delivery.c.attempts - bindparam("uncounted"),
        protocol=func.coalesce(bindparam("under"), delivery.c.protocol),
        protocol_version=func.coalesce(bindparam("under_version"), delivery.c.protocol_version),
        withheld=func.coalesce(bindparam("left_out", type_=_NULLABLE), delivery.c.withheld),
        unexpressed=func.coalesce(bindparam("unsaid", type_=_NULLABLE), delivery.c.unexpressed),
        delivered_at=case((_DELIVERED, bindparam("at")), else_=delivery.c.delivered_at),
        receipt=case((_DELIVERED, bindparam("answer", type_=_NULLABLE)), else_=delivery.c.receipt),
        known_as=func.coalesce(delivery.c.known_as, bindparam("handed_as", type_=Uuid)),
        receipt_words=case((_DELIVERED, bindparam("answer_words")), else_=delivery.c.receipt_words),
    )
)
_PLACED_AS_ENDED = _AS_ENDED.where(delivery.c.state == DeliveryState.PLACED)


# Rows are locked in one order, so that two workers never wait for each other.
_HELD = text("""
    SELECT d.id, d.message_id, d.recipient
    FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[])) AS ended (ended_id, token)
    JOIN delivery d ON d.id = ended_id AND d.lease_token = token AND d.state = 'sending'
    ORDER BY d.id FOR UPDATE OF d
""")
_END_ALL = text("""
    UPDATE delivery d SET state = n.ended_as, lease_token = NULL, lease_until = NULL, begun_at = NULL, deaths = 0,
        why_code = n.code, why = n.words, why_where = n.place, why_cure = n.to_do, quarantined_at = n.in_quarantine_at,
        due_at = coalesce(n.next_look_at, d.due_at), attempts = d.attempts - n.uncounted,
        protocol = coalesce(n.under, d.protocol), protocol_version = coalesce(n.under_version, d.protocol_version),
        withheld = coalesce(CAST(n.left_out AS jsonb), d.withheld),
        unexpressed = coalesce(CAST(n.unsaid AS jsonb), d.unexpressed),
        delivered_at = CASE WHEN n.delivered THEN n.at ELSE d.delivered_at END,
        receipt = CASE WHEN n.delivered THEN CAST(n.answer AS jsonb) ELSE d.receipt END,
        known_as = coalesce(d.known_as, n.handed_as),
        receipt_words = CASE WHEN n.delivered THEN n.answer_words ELSE d.receipt_words END
    FROM unnest(CAST(:of AS uuid[]), CAST(:ended_as AS text[]), CAST(:code AS text[]), CAST(:words AS text[]),
        CAST(:place AS text[]), CAST(:to_do AS text[]), CAST(:in_quarantine_at AS timestamptz[]),
        CAST(:next_look_at AS timestamptz[]), CAST(:uncounted AS int[]), CAST(:under AS text[]),
        CAST(:under_version AS int[]), CAST(:left_out AS text[]), CAST(:unsaid AS text[]), CAST(:handed_as AS uuid[]),
        CAST(:delivered AS boolean[]), CAST(:at AS timestamptz[]), CAST(:answer AS text[]),
        CAST(:answer_words AS bytea[]))
        AS n (of, ended_as, code, words, place, to_do, in_quarantine_at, next_look_at, uncounted, under, under_version,
            left_out, unsaid, handed_as, delivered, at, answer, answer_words)
    WHERE d.id = n.of
""")
_AS_JSON = ("left_out", "unsaid", "answer")


def end(connection: Connection, endings: Sequence[tuple[Ending, UUID]]) -> Mapping[UUID, Ended]:
    """Write the results of attempts, each with the token of its lease. Returns, by its id, each delivery that its token
    still held. A worker that comes too late changes nothing."""
    given = {"ids": [ending.id for ending, _ in endings], "tokens": [token for _, token in endings]}
    ended = {row.id: Ended(row.message_id, row.recipient) for row in connection.execute(_HELD, given)}
    written = [ending for ending, _ in endings if ending.id in ended]
    words = answers.encrypted(connection, {each.id: (ended[each.id].message_id, each.receipt) for each in written})
    if written:
        rows = [_values(ending, words.get(ending.id)) for ending in written]
        columns: dict[str, list[object]] = {name: [row[name] for row in rows] for name in rows[0]}
        for name in _AS_JSON:
            columns[name] = [None if value is None else json.dumps(value) for value in columns[name]]
        connection.execute(_END_ALL, columns)
    return ended


def end_placed(connection: Connection, ending: Ending, message_id: UUID) -> None:
    """Write the result for a delivery in a mailbox. The caller holds the lock of the item, which takes the place of a
    lease."""
    words = answers.encrypted(connection, {ending.id: (message_id, ending.receipt)})
    connection.execute(_PLACED_AS_ENDED, _values(ending, words.get(ending.id)))
    if ending.state is DeliveryState.DELIVERED:
        wake_relay(connection)  # the next delivery about the same subject may now go


def _values(ending: Ending, words: bytes | None) -> dict[str, object]:
    protocol, version, withheld = ending.decision or (None, None, None)
    delivered = ending.state is DeliveryState.DELIVERED
    return {
        "of": ending.id,
        "ended_as": str(ending.state),
        "code": ending.why_code,
        "words": ending.why,
        "place": ending.where,
        "to_do": ending.cure,
        "in_quarantine_at": ending.at if ending.state is DeliveryState.QUARANTINED else None,
        "next_look_at": ending.due_at,
        "uncounted": int(ending.uncounted),
        "under": protocol,
        "under_version": version,
        "left_out": withheld,
        "unsaid": ending.unexpressed,
        "handed_as": ending.known_as,
        "delivered": delivered,
        "at": ending.at,
        "answer": answers.without_words(ending.receipt) if delivered else None,
        "answer_words": words,
    }
