"""The words for a clock: the time that it allows, the time that is left, its state. Pure."""

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from hub.lifecycle import ClockState

if TYPE_CHECKING:
    from schemas.kind import Allowance

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class ClockView(TypedDict):
    """A clock as it is shown. `seconds_left` is negative once the time has passed, and None if the clock has ended."""

    id: str
    clock: str
    state: ClockState
    overdue: bool
    late_from_start: bool
    """It was asked for after it would have been due."""
    starts_at: str
    due_at: str
    seconds_left: int | None
    stopped_at: str | None
    owner: str | None
    toward: str | None
    why: str
    started_by: str
    stopped_by: str | None


def allowed_words(allowance: "Allowance") -> str:
    """`two working days`, `48 hours`; without a sign."""
    amount = abs(allowance.amount)
    number = _NUMBERS[amount] if amount < len(_NUMBERS) else str(amount)
    unit = allowance.unit.replace("_", " ")
    return f"{number} {unit.removesuffix('s') if amount == 1 else unit}"


def duration_words(seconds: float) -> str:
    """`47 h 59 min`, `3 days`, `0.4 s`; without a sign."""
    seconds = abs(seconds)
    if seconds < 90:
        return f"{seconds:.1f} s"
    if seconds < 48 * 3600 + 1:
        hours, rest = divmod(int(seconds), 3600)
        return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min"
    return f"{timedelta(seconds=seconds).days} days"


def state_words(clock: ClockView) -> str:
    """`report_to_prison met`, `report_to_prison running, 47 h 59 min left`, `report_to_prison overdue by 3 days`."""
    name, state, seconds_left = clock["clock"], clock["state"], clock["seconds_left"]
    if state == ClockState.DOUBTFUL:
        return f"{name} doubtful: {clock['why']}"
    if seconds_left is None:
        return f"{name} {state}"
    left = duration_words(seconds_left)
    return f"{name} overdue by {left}" if clock["overdue"] else f"{name} running, {left} left"
