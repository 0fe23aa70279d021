"""The ladder by which something overdue is chased: the officer at once, then the team, the division and the area. Pure.

A protocol says after how many working days each step comes. A step comes once. The moments of the steps are kept with
the clock, so a later version of the protocol changes only clocks that start later.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from hub.deadlines.due import due_at
from schemas.kind import Allowance


class ChaseStep(StrEnum):
    """Whom an agency is asked to tell of something overdue."""

    OFFICER = "officer"
    TEAM = "team"
    DIVISION = "division"
    AREA = "area"


Ladder = tuple[Allowance, ...]
"""How long after the deadline the team, the division and the area are told. The officer is told at once."""

_STEPS = tuple(ChaseStep)

USUAL: Ladder = tuple(Allowance(days, "working_days") for days in (1, 3, 5))
"""If no protocol sets a ladder."""


def strictest(agreed: Iterable[Sequence[tuple[str, Allowance]]]) -> Ladder:
    """Return the ladder of several protocols: each step when the first of them has it."""
    ladders = [dict(steps) for steps in agreed if steps]
    if not ladders:
        return USUAL
    return tuple(min((ladder[step] for ladder in ladders), key=lambda each: each.amount) for step in _STEPS[1:])


def moments_of(ladder: Ladder, due: datetime) -> tuple[datetime, ...]:
    """Return when each step comes, the officer first."""
    return (due, *(due_at(due, allowance) for allowance in ladder))


def step_reached(due: datetime, moments: Iterable[datetime], at: datetime) -> ChaseStep | None:
    """Return the step that is reached at that moment; None if it is not overdue. `moments` are all that the clock has:
    the steps that are still to come say which one is reached."""
    if at < due:
        return None
    to_come = sum(moment > at for moment in moments)
    return _STEPS[max(len(_STEPS) - 1 - to_come, 0)]
