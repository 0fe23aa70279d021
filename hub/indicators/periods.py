"""Months, quarters and years of the calendar, in London's time. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.deadlines.london import LONDON

_WRITTEN = re.compile(r"(?P<year>[0-9]{4})(-(Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


class Every(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Written `2026`, `2026-Q3` or `2026-08`. `number` is that of the month or quarter in its year; of a year, 1."""

    every: Every
    year: int
    number: int = 1

    def __str__(self) -> str:
        if self.every is Every.YEAR:
            return f"{self.year:04}"
        return f"{self.year:04}-Q{self.number}" if self.every is Every.QUARTER else f"{self.year:04}-{self.number:02}"

    @property
    def since(self) -> datetime:
        return datetime(self.year, self._first_month, 1, tzinfo=LONDON)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        following = self._first_month + _MONTHS[self.every]
        return datetime(self.year + (following > 12), (following - 1) % 12 + 1, 1, tzinfo=LONDON)

    @property
    def _first_month(self) -> int:
        return (self.number - 1) * _MONTHS[self.every] + 1

    def divided(self, every: Every) -> tuple["Period", ...]:
        """The periods of that length in it. Raises ValueError if they are longer than it is."""
        length = _MONTHS[every]
        if length > _MONTHS[self.every]:
            raise ValueError(f"a {self.every} has no {every}s")
        first = (self._first_month - 1) // length + 1
        return tuple(Period(every, self.year, first + n) for n in range(_MONTHS[self.every] // length))


def written_period(written: str) -> Period:
    """Raises ValueError."""
    found = _WRITTEN.fullmatch(written.strip().upper())
    if found is None or not 1 <= int(found["year"]) < 9999:
        raise ValueError("write a year, quarter or month: 2026, 2026-Q3 or 2026-08")
    year = int(found["year"])
    if found["quarter"]:
        return Period(Every.QUARTER, year, int(found["quarter"]))
    return Period(Every.MONTH, year, int(found["month"])) if found["month"] else Period(Every.YEAR, year)


def period_of(moment: datetime, every: Every) -> Period:
    day = moment.astimezone(LONDON)
    return Period(every, day.year, (day.month - 1) // _MONTHS[every] + 1)


def period_of_month(month: str, every: Every) -> str:
    """The period that has this month (`2026-08`), as it is written."""
    found = written_period(month)
    return str(Period(every, found.year, (found.number - 1) // _MONTHS[every] + 1))
