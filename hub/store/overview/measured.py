"""What a monitor is told, counted where it stands: so it is the same whichever process is asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, and whom and what it is about: ids of agencies, kinds and codes alone."""

    about: tuple[str, ...]
    value: float


_ACCEPTED = """
    SELECT kind, sender, count(*) FROM message WHERE accepted_at >= :since GROUP BY 1, 2
"""
_DELIVERED = """
    SELECT m.kind, d.recipient, count(*),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.delivered_at - d.created_at)),
        percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM d.delivered_at - d.created_at)),
        max(extract(epoch FROM d.delivered_at - d.created_at))
    FROM message m JOIN delivery d ON d.message_id = m.id
    WHERE m.accepted_at >= :since AND d.state = 'delivered' AND d.delivered_at IS NOT NULL GROUP BY 1, 2
"""
_OPEN = """
    SELECT recipient, state, count(*) FROM delivery WHERE state IN ('waiting', 'sending', 'held') GROUP BY 1, 2
    UNION ALL
    SELECT recipient, 'placed', count(*) FROM mailbox_item WHERE acknowledged_at IS NULL GROUP BY 1
"""
_OLDEST_READY = """
    SELECT recipient, extract(epoch FROM CAST(:now AS timestamptz) - min(due_at))
    FROM delivery LEFT JOIN partner_state p USING (recipient)
    WHERE state = 'waiting' AND due_at <= :now
        AND p.paused_at IS NULL AND p.next_try_at IS NULL
    GROUP BY 1
"""
_OLDEST_PLACED = """
    SELECT recipient, extract(epoch FROM CAST(:now AS timestamptz) - min(placed_at)) FROM mailbox_item
    WHERE acknowledged_at IS NULL GROUP BY 1
"""
_CLOCKS = """
    SELECT name, coalesce(owner, ''),
        count(*) FILTER (WHERE state = 'running' AND due_at >= :now),
        count(*) FILTER (WHERE state = 'running' AND due_at >= :now AND due_at < :soon),
        count(*) FILTER (WHERE due_at < :now AND starts_at < due_at),
        count(*) FILTER (WHERE state = 'doubtful')
    FROM clock WHERE state IN ('running', 'doubtful') GROUP BY 1, 2
"""
_QUARANTINED = """
    SELECT recipient, coalesce(why_code, ''), count(*) FROM delivery WHERE state = 'quarantined' GROUP BY 1, 2
"""
_REFUSED_PARTS = """
    SELECT r.caller, p.code, count(*) FROM refused_part p JOIN raw_document r ON r.id = p.raw_document_id
    WHERE p.state = 'open' GROUP BY 1, 2
"""
_PARTNERS = """
    SELECT recipient, failures, CAST(next_try_at IS NOT NULL AS int), CAST(paused_at IS NOT NULL AS int)
    FROM partner_state
"""
COUNTED_EVENTS = (
    "document.refused",
    "document.repeated",
    "part.refused",
    "delivery.failed",
    "delivery.quarantined",
    "clock.overdue",
    "clock.missed",
    "partner.silent",
    "sharing.denied",
    "access.denied",
    "login.blocked",
)
"""Events that an index of the journal finds by their name, because they are rare."""
# Written out, because only then the server sees that the index has them.
_EVENTS = f"""
    SELECT event, coalesce(agency, ''), count(*) FROM journal
    WHERE event IN ({", ".join(f"'{event}'" for event in COUNTED_EVENTS)}) AND position > :after AND position <= :last
    GROUP BY 1, 2
"""  # noqa: S608 - names of our own


def accepted(connection: Connection, since: datetime) -> tuple[Measured, ...]:
    """How many messages were accepted since then, by kind and sender."""
    return _numbers(connection, _ACCEPTED, 2, 1, since=since)[0]


def delivered(connection: Connection, since: datetime) -> tuple[tuple[Measured, ...], ...]:
    """Of the messages accepted since then, by kind and recipient: how many deliveries ended with a receipt, and the
    middle, the 95th percentile and the longest of their times in seconds."""
    return _numbers(connection, _DELIVERED, 2, 4, since=since)


def open_deliveries(connection: Connection) -> tuple[Measured, ...]:
    """By recipient and state."""
    return _numbers(connection, _OPEN, 2, 1)[0]


def oldest_ready(connection: Connection, now: datetime) -> tuple[Measured, ...]:
    """For how long the oldest delivery to each recipient that answers has been due, in seconds."""
    return _numbers(connection, _OLDEST_READY, 1, 1, now=now)[0]


def oldest_placed(connection: Connection, now: datetime) -> tuple[Measured, ...]:
    """For how long something has been in each mailbox, in seconds."""
    return _numbers(connection, _OLDEST_PLACED, 1, 1, now=now)[0]


def clocks(connection: Connection, now: datetime, soon: datetime) -> tuple[tuple[Measured, ...], ...]:
    """By clock and who must act: those that run in time, of these those that end soon, those overdue, and those in
    doubt."""
    return _numbers(connection, _CLOCKS, 2, 4, now=now, soon=soon)


def events(connection: Connection, after: int, last: int) -> tuple[Measured, ...]:
    """How often each of the counted events happened at these positions of the journal, by event and agency."""
    return _numbers(connection, _EVENTS, 2, 1, after=after, last=last)[0]


def quarantined(connection: Connection) -> tuple[Measured, ...]:
    """By recipient and code."""
    return _numbers(connection, _QUARANTINED, 2, 1)[0]


def refused_parts(connection: Connection) -> tuple[Measured, ...]:
    """Those that wait for a person, by the agency that handed them in and code."""
    return _numbers(connection, _REFUSED_PARTS, 2, 1)[0]


def partners(connection: Connection) -> tuple[tuple[Measured, ...], ...]:
    """Failures in a row, whether it counts as not answering, and whether somebody paused it, by recipient."""
    return _numbers(connection, _PARTNERS, 1, 3)


def _numbers(
    connection: Connection, query: str, keys: int, numbers: int, **values: object
) -> tuple[tuple[Measured, ...], ...]:
    """One tuple for each number column of the rows, whose first columns are what it is about."""
    rows = [tuple(row) for row in connection.execute(text(query), values)]
    return tuple(
        tuple(Measured(tuple(map(str, row[:keys])), float(row[keys + column])) for row in rows)
        for column in range(numbers)
    )
