"""Working days of England and Wales: weekends and bank holidays do not count. Pure."""

from datetime import date, timedelta
from functools import cache


@cache
def bank_holidays(year: int) -> frozenset[date]:
    import holidays  # It takes long to import, and only clocks in working days need it.

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days_after(start: date, days: int) -> date:
    """The day that is `days` working days after `start`, or before it if `days` is negative. The first day itself never
    counts."""
    day, step = start, timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left > 0:
        day += step
        if is_working_day(day):
            left -= 1
    return day
