"""The words for a clock: the time that it allows, the time that is left, its state. Pure."""

from datetime import timedelta

from schemas.json import JsonMapping
from schemas.kind import Allowance

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def allowed_words(allowance: Allowance) -> str:
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


def state_words(clock: JsonMapping) -> str:
    """The state of a clock as people see it: `report_to_prison met`, `… running, 47 h 59 min left`, `… overdue by 3
    days`."""
    if clock["state"] == "doubtful":
        return f"{clock['clock']} doubtful: {clock['why']}"
    if clock["state"] != "running":
        return f"{clock['clock']} {clock['state']}"
    left = duration_words(clock["seconds_left"])
    return f"{clock['clock']} overdue by {left}" if clock["overdue"] else f"{clock['clock']} running, {left} left"
