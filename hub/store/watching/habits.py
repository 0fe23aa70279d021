"""How often each sender usually sends: the longest silence of each week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from hub.store.database.rows import Rows
from hub.store.watching.tables import sender_habit


@dataclass(frozen=True, slots=True)
class Habit:
    sender: str
    known_since: datetime
    last_at: datetime
    longest: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SentLately:
    """What a sender sent since the last look: the first, the last, and the longest time in seconds between two."""

    sender: str
    first_at: datetime
    last_at: datetime
    longest: float


_HABITS = Rows(Habit, sender_habit)
_SENT = text("""
    SELECT sender, min(accepted_at), max(accepted_at), coalesce(max(apart), 0)
    FROM (
        SELECT m.sender, m.accepted_at,
            extract(epoch FROM m.accepted_at - lag(m.accepted_at)
                OVER (PARTITION BY m.sender ORDER BY m.accepted_at)) AS apart
        FROM message m LEFT JOIN sender_habit h ON h.sender = m.sender
        WHERE m.accepted_at > :since AND (h.last_at IS NULL OR m.accepted_at > h.last_at)
    ) sent
    GROUP BY sender
""")


def known(connection: Connection) -> dict[str, Habit]:
    found = _HABITS.all(connection.execute(select(*_HABITS.columns)))
    return {habit.sender: habit for habit in found}


def newest(connection: Connection) -> datetime | None:
    found: datetime | None = connection.execute(select(func.max(sender_habit.c.last_at))).scalar_one()
    return found


def sent_since(connection: Connection, since: datetime) -> tuple[SentLately, ...]:
    """Without what a habit knows already."""
    rows = connection.execute(_SENT, {"since": since})
    return tuple(SentLately(sender, first, last, float(longest)) for sender, first, last, longest in rows)


def write(connection: Connection, habit: Habit) -> None:
    values = {
        "sender": habit.sender,
        "known_since": habit.known_since,
        "last_at": habit.last_at,
        "longest": dict(habit.longest),
    }
    changed = {name: values[name] for name in ("last_at", "longest")}
    connection.execute(
        insert(sender_habit).values(**values).on_conflict_do_update(index_elements=["sender"], set_=changed)
    )
