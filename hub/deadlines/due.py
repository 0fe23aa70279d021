"""When a clock is due. Pure."""

from datetime import UTC, datetime, time, timedelta

from hub.deadlines.calendar import working_days_after
from hub.deadlines.london import LONDON
from schemas.kind import Allowance

_END_OF_DAY = time(23, 59, 59)


def due_at(anchor: datetime, allowance: Allowance) -> datetime:
    """In UTC. Hours are real hours, across weekends and changes of clock time. Working days end with the day in London.

    Raises ValueError for an unknown unit.
    """
    if allowance.unit == "hours":
        return anchor.astimezone(UTC) + timedelta(hours=allowance.amount)
    if allowance.unit == "working_days":
        last_day = working_days_after(anchor.astimezone(LONDON).date(), allowance.amount)
        return datetime.combine(last_day, _END_OF_DAY, LONDON).astimezone(UTC)
    raise ValueError(f"no clock counts in {allowance.unit}")
