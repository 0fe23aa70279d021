"""How long a clock runs, when it is due, when its owner is reminded, and what it is for. Pure.

A kind gives each of its clocks a time. The protocols that permit the message may set another time. If several do, the
strictest counts. The words follow the time that counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.deadlines.ahead import is_far_ahead
from hub.deadlines.due import due_at
from hub.deadlines.words import allowed_words
from schemas.kind import ALLOWED, Allowance, ClockStart

_FIRST_CHASE = timedelta(hours=1)
"""A doubtful clock may be a real one, so its time runs while nobody decides."""


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """`starts_at` is the anchor. For a clock that runs up to its anchor, or whose anchor cannot be true (`lies_ahead`),
    it is the moment of receipt."""

    starts_at: datetime
    due_at: datetime
    why: str
    remind_at: tuple[datetime, ...]
    """The moments of the reminders before it is due, and the moment when it is overdue. For a doubtful clock: an hour
    after it starts, and when it would be due."""

    def reminders_after(self, now: datetime) -> tuple[datetime, ...]:
        return tuple(moment for moment in self.remind_at if moment > now)


def terms_of(start: ClockStart, agreed: Iterable[Allowance], received_at: datetime) -> ClockTerms:
    """`agreed` holds the times that the protocols which permit the message set for this clock."""
    up_to_anchor = start.allowance.amount <= 0
    counted = (replace(each, amount=-each.amount) if up_to_anchor else each for each in agreed)
    anchor = received_at if lies_ahead(start, received_at) else start.anchor
    allowance = min(counted, key=lambda each: due_at(anchor, each), default=start.allowance)
    due = due_at(anchor, allowance)
    return ClockTerms(
        received_at if up_to_anchor else anchor,
        due,
        start.why.replace(ALLOWED, allowed_words(allowance)),
        (anchor + _FIRST_CHASE, due) if start.doubtful else reminders_of(start, due),
    )


def lies_ahead(start: ClockStart, received_at: datetime) -> bool:
    """Return whether the clock counts from something that has happened, and its moment lies far ahead."""
    return start.allowance.amount > 0 and not start.planned and is_far_ahead(start.anchor, received_at)


def reminders_of(start: ClockStart, due: datetime) -> tuple[datetime, ...]:
    """The moments before it is due, and the moment when it is overdue."""
    if not start.remind_hours_before:
        return ()
    return tuple(sorted((*(due - timedelta(hours=hours) for hours in start.remind_hours_before), due)))
