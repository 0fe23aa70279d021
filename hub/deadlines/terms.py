"""How long a clock runs, when it is due, when its owner is reminded, and what it is for. Pure.

A kind gives each of its clocks a time. The protocols that permit the message may set another time. If several do, the
strictest counts. The words follow the time that counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.deadlines.ahead import is_far_ahead
from hub.deadlines.due import due_at
from hub.deadlines.ladder import USUAL, Ladder, moments_of
from hub.deadlines.words import allowed_words
from schemas.kind import ALLOWED, Allowance, ClockStart

_AT_LEAST = Allowance(1, "working_days")
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
    """The moments of the reminders before it is due, when it is overdue, and of the later steps. For a doubtful clock:
    an hour after it starts, and when it would be due."""
    ladder: Ladder = USUAL

    def reminders_after(self, now: datetime) -> tuple[datetime, ...]:
        return still_to_send(self.remind_at, self.due_at, now)


def terms_of(
    start: ClockStart, agreed: Iterable[Allowance], received_at: datetime, ladder: Ladder = USUAL
) -> ClockTerms:
    """`agreed` holds the times that the protocols which permit the message set for this clock; `ladder` the steps by
    which it is chased."""
    up_to_anchor = start.allowance.amount <= 0
    counted = (replace(each, amount=-each.amount) if up_to_anchor else each for each in agreed)
    anchor = received_at if lies_ahead(start, received_at) else start.anchor
    allowance = min(counted, key=lambda each: due_at(anchor, each), default=start.allowance)
    due = due_at(anchor, allowance)
    return ClockTerms(
        received_at if up_to_anchor else anchor,
        due,
        start.why.replace(ALLOWED, allowed_words(allowance)),
        (anchor + _FIRST_CHASE, due) if start.doubtful else reminders_of(start, due, ladder),
        ladder,
    )


def ending_before(start: ClockStart, others: Mapping[str, ClockTerms]) -> ClockStart:
    """The clock as it counts back from the first of the clocks before which it ends. `others` are those of its
    message."""
    due = [others[name].due_at for name in start.ends_before if name in others]
    return replace(start, anchor=min(due)) if due else start


def bounded(terms: ClockTerms, start: ClockStart) -> ClockTerms:
    """Its terms with an end at the earliest one working day after the anchor of the clock as its kind gives it, and
    never after `not_after`."""
    if not start.ends_before:
        return terms
    due = max(terms.due_at, due_at(start.anchor, _AT_LEAST))
    due = due if start.not_after is None else min(due, start.not_after)
    return replace(terms, due_at=due, remind_at=reminders_of(start, due, terms.ladder))


def lies_ahead(start: ClockStart, received_at: datetime) -> bool:
    """Return whether the clock counts from something that has happened, and its moment lies far ahead."""
    return start.allowance.amount > 0 and not start.planned and is_far_ahead(start.anchor, received_at)


def reminders_of(start: ClockStart, due: datetime, ladder: Ladder = USUAL) -> tuple[datetime, ...]:
    """The moments before it is due, the moment when it is overdue, and those of the later steps of the ladder."""
    if not start.remind_hours_before:
        return ()
    before = (due - timedelta(hours=hours) for hours in start.remind_hours_before)
    return tuple(sorted({*before, *moments_of(ladder, due)}))


def still_to_send(moments: Iterable[datetime], due: datetime, now: datetime) -> tuple[datetime, ...]:
    """The reminders that are left. What is overdue when it comes is chased at once, and then by the steps that are
    left, so that nothing is sent twice at one time."""
    planned = tuple(moments)
    at_once = (now,) if planned and due <= now else ()
    return (*at_once, *(moment for moment in planned if moment > now))
