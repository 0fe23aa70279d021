"""Working days of England and Wales: weekends and bank holidays count as non-working."""

from datetime import date, timedelta
from functools import cache


@cache
def bank_holidays(year: int) -> frozenset[date]:
    import holidays  # takes long to import, and only clocks in working days need it

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days_after(start: date, days: int) -> date:
    """The day that is `days` working days after `start`; the day of the start itself never counts."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return day
