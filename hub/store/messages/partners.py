"""The state of each recipient: whether it answers, and whether a person has paused it. All workers share it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy import false as sql_false
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.lifecycle import ANSWERING, Availability, DeliveryState
from hub.store.database.driver import driver
from hub.store.database.rows import UntypedRow
from hub.store.messages.tables import delivery, mailbox_item, message, partner_state


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause by a person, until a person resumes the partner."""

    at: datetime
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A recipient's state. `waiting` counts its deliveries that have not ended, without those in quarantine and in its
    mailbox. `placed` counts those in its mailbox, and `placed_since` is the time of the oldest."""

    recipient: str
    standing: Availability
    paused: Paused | None
    waiting: int = 0
    placed: int = 0
    placed_since: datetime | None = None
    has_no_endpoint: bool = False
    """Whether something waits for it because the last try found no endpoint."""


_OF_RECIPIENT = select(partner_state).where(partner_state.c.recipient == bindparam("of"))


def find(connection: Connection, recipient: str, *, to_change: bool = False) -> Partner:
    """Return the row. With `to_change`, create it if there is none, and lock it."""
    query = _OF_RECIPIENT
    if to_change:
        new = upsert(partner_state).values(recipient=recipient, failures=0, pauses=0)
        connection.execute(new.on_conflict_do_nothing())
        query = query.with_for_update()
    row = connection.execute(query, {"of": recipient}).one_or_none()
    return Partner(recipient, ANSWERING, None) if row is None else _partner(row)


def standings_of(connection: Connection, recipients: Collection[str]) -> dict[str, Availability]:
    """Whether these recipients answer, by their names."""
    found = driver(connection).execute(_STANDINGS, [sorted(recipients)])
    known = {str(row[0]): Availability(*row[1:]) for row in found.fetchall()}
    return {name: known.get(name, ANSWERING) for name in recipients}


_STANDINGS = (
    "SELECT recipient, failures, failing_since, pauses, next_try_at, why_code, why FROM partner_state"
    " WHERE recipient = ANY (%s)"
)


def is_paused(connection: Connection, recipient: str) -> bool:
    """Asked before each send, so it asks the driver."""
    return driver(connection).execute(_PAUSED, [recipient]).fetchone() is not None


_PAUSED = "SELECT FROM partner_state WHERE recipient = %s AND paused_at IS NOT NULL"


def write_standing(connection: Connection, recipient: str, standing: Availability) -> None:
    """Write whether the partner answers. The caller holds the lock of the row."""
    connection.execute(update(partner_state).where(partner_state.c.recipient == recipient).values(**asdict(standing)))


def write_pause(connection: Connection, recipient: str, paused: Paused | None) -> None:
    """Write or remove the pause. The caller holds the lock of the row."""
    values = {
        "paused_at": paused.at if paused else None,
        "paused_by": paused.by if paused else None,
        "paused_because": paused.because if paused else None,
    }
    connection.execute(update(partner_state).where(partner_state.c.recipient == recipient).values(**values))


_MAILBOXES = (
    select(mailbox_item.c.recipient, func.count().label("placed"), func.min(mailbox_item.c.placed_at).label("since"))
    .where(mailbox_item.c.acknowledged_at.is_(None))
    .group_by(mailbox_item.c.recipient)
)


@dataclass(frozen=True, slots=True)
class FullMailbox:
    """A mailbox in which something has been for too long. `since` is the time of the oldest."""

    recipient: str
    placed: int
    since: datetime


# Told once for each stay of its oldest message: when the owner has fetched that one, the next late one is told again.
_NOT_EMPTIED = text("""
    SELECT recipient, count(*) AS placed, min(placed_at) AS since FROM mailbox_item m WHERE acknowledged_at IS NULL
    GROUP BY recipient
    HAVING min(placed_at) < :before AND NOT EXISTS (
        SELECT FROM journal j
        WHERE j.event = 'partner.not_fetching' AND j.agency = m.recipient AND j.at > min(m.placed_at))
""")


def not_emptied(connection: Connection, before: datetime) -> tuple[FullMailbox, ...]:
    """Return the mailboxes in which something has been since before then, unless the journal says it already."""
    rows = connection.execute(_NOT_EMPTIED, {"before": before})
    return tuple(FullMailbox(row.recipient, int(row.placed), row.since) for row in rows)


@dataclass(frozen=True, slots=True)
class Lying:
    """How many messages of a sender lie in a mailbox, and since when the oldest of them."""

    sender: str
    messages: int
    since: datetime


def senders_in_mailbox(connection: Connection, owner: str, hidden: str) -> tuple[Lying, ...]:
    """Without what was sent there as a `hidden` target, which its sender may not know."""
    query = (
        select(message.c.sender, func.count(), func.min(mailbox_item.c.placed_at))
        .join(message, message.c.id == mailbox_item.c.message_id)
        .join(delivery, delivery.c.id == mailbox_item.c.delivery_id)
        .where(mailbox_item.c.recipient == owner, mailbox_item.c.acknowledged_at.is_(None))
        .where(delivery.c.target != hidden)
        .group_by(message.c.sender)
        .order_by(message.c.sender)
    )
    return tuple(Lying(*row) for row in connection.execute(query))


def listed(connection: Connection) -> tuple[Partner, ...]:
    """Return partners that are paused, that fail, or for which something waits or lies in a mailbox."""
    no_endpoint = func.bool_or(delivery.c.why_code == "endpoint.none")
    waiting = (
        select(
            delivery.c.recipient,
            func.count().label("waiting"),
            func.coalesce(no_endpoint, sql_false()).label("no_endpoint"),
        )
        .where(delivery.c.state.in_([DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.HELD]))
        .group_by(delivery.c.recipient)
    )
    counts = {row.recipient: (int(row.waiting), bool(row.no_endpoint)) for row in connection.execute(waiting)}
    mailboxes = {row.recipient: (int(row.placed), row.since) for row in connection.execute(_MAILBOXES)}
    known = {row.recipient: _partner(row) for row in connection.execute(select(partner_state))}
    found = []
    for name in sorted(known.keys() | counts.keys() | mailboxes.keys()):
        placed, since = mailboxes.get(name, (0, None))
        partner = known.get(name) or Partner(name, ANSWERING, None)
        count, without = counts.get(name, (0, False))
        found.append(replace(partner, waiting=count, placed=placed, placed_since=since, has_no_endpoint=without))
    return tuple(each for each in found if each.waiting or each.placed or each.paused or each.standing != ANSWERING)


@dataclass(frozen=True, slots=True)
class OverdueDelivery:
    """A delivery that went to quarantine because its partner did not answer for too long."""

    id: UUID
    message_id: UUID
    recipient: str
    why: str


# Only deliveries that have themselves waited so long. Later ones may still be useful when the partner is back, and so
# may those that a person has released or replayed since.
_OVERDUE = text("""
    UPDATE delivery SET state = 'quarantined', quarantined_at = :now, why_code = :code,
        why = :why || p.recipient || ' has not answered since '
            || to_char(p.failing_since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC: ' || p.why
    FROM partner_state p
    WHERE p.recipient = delivery.recipient AND p.next_try_at IS NOT NULL AND p.failing_since < :before
      AND p.paused_at IS NULL
      AND delivery.id IN (
          SELECT d.id FROM delivery d JOIN partner_state q USING (recipient)
          WHERE q.next_try_at IS NOT NULL AND q.failing_since < :before AND q.paused_at IS NULL
            AND d.state = 'waiting' AND d.created_at < :before
            AND NOT EXISTS (
                SELECT FROM journal j
                WHERE j.message_id = d.message_id AND j.delivery_id = d.id AND j.at >= :before
                  AND j.event IN ('quarantine.released', 'delivery.replayed'))
          ORDER BY d.position LIMIT :limit FOR UPDATE OF d SKIP LOCKED)
    RETURNING delivery.id, delivery.message_id, delivery.recipient, delivery.why
""")


def quarantine_waiting(
    connection: Connection, *, before: datetime, now: datetime, code: str, why: str, limit: int
) -> tuple[OverdueDelivery, ...]:
    """Quarantine deliveries that have waited since before `before`, for partners that have not answered since before
    then."""
    rows = connection.execute(_OVERDUE, {"before": before, "now": now, "code": code, "why": why, "limit": limit})
    return tuple(OverdueDelivery(row.id, row.message_id, row.recipient, row.why) for row in rows)


def _partner(row: UntypedRow) -> Partner:
    paused = Paused(row.paused_at, row.paused_by, row.paused_because) if row.paused_at else None
    standing = Availability(row.failures, row.failing_since, row.pauses, row.next_try_at, row.why_code, row.why)
    return Partner(row.recipient, standing, paused)
