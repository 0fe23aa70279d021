"""How long a sender is usually silent: from what it sent, the longest silence of each week."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.deadlines.london import LONDON
from hub.store.watching.habits import Habit, SentLately

KNOWN_AFTER = timedelta(days=14)
"""Nothing is said about a sender that has not sent for so long yet."""
SHORTEST_SECONDS = 3_600.0
_WEEKS_MAX = 5


def with_sent(habit: Habit | None, sent: SentLately) -> Habit:
    """The silence before the first message belongs to the week in which it ended."""
    if habit is None:
        return Habit(sent.sender, sent.first_at, sent.last_at, {_week(sent.last_at): sent.longest})
    before = max(0.0, (sent.first_at - habit.last_at).total_seconds())
    week = _week(sent.last_at)
    longest = dict(habit.longest) | {week: max(habit.longest.get(week, 0.0), sent.longest, before)}
    kept = dict(sorted(longest.items())[-_WEEKS_MAX:])
    return replace(habit, last_at=max(habit.last_at, sent.last_at), longest=kept)


def usual_seconds(habit: Habit, now: datetime) -> float | None:
    """The longest silence of the last weeks. None while the sender is not known for long enough."""
    if now - habit.known_since < KNOWN_AFTER:
        return None
    return max(SHORTEST_SECONDS, *habit.longest.values())


def _week(moment: datetime) -> str:
    year, week, _ = moment.astimezone(LONDON).isocalendar()
    return f"{year}-W{week:02}"
