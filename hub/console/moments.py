"""Times as the console shows them: London's, with the zone."""

from datetime import datetime

from hub.deadlines.london import LONDON
from hub.deadlines.words import duration_words


def local(moment: str | datetime | None) -> str:
    """`2 Mar 2026, 09:00 GMT`. Empty if there is none."""
    if moment is None or moment == "":
        return ""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    there = when.astimezone(LONDON)
    return f"{there.day} {there:%b %Y, %H:%M %Z}"


def local_day(moment: str | datetime | None) -> str:
    if moment is None or moment == "":
        return ""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    there = when.astimezone(LONDON)
    return f"{there.day} {there:%B %Y}"


def left_words(seconds: float | None) -> str:
    """`3 days left`, `overdue by 2 h 5 min`; empty if the clock has ended."""
    if seconds is None:
        return ""
    return f"overdue by {duration_words(seconds)}" if seconds < 0 else f"{duration_words(seconds)} left"
