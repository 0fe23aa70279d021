"""Reads and writes dates and times in the platform's forms. A time without an offset is a time in London."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from adapters.systems.common_platform.decoding.record import Record
from schemas.fields import partial_date, plausible

LONDON = ZoneInfo("Europe/London")

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?"
    r"(?:\[(?:UTC|GMT|Z|Etc/UTC|Europe/London)\])?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WORDED = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]{2})[a-z]* ([0-9]{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_moment(text: str) -> datetime | None:
    """Read `2021-09-08T09:00:00.000Z`, also with the name of a zone after it; None if it is not a moment with a time of
    day.

    When a change of the clocks makes a local time happen twice or never, this is the earlier reading, so that no
    deadline that counts from it is late.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}")
        if found.tzinfo is None:
            found = min(found.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
        return _in_london(plausible(found))
    except (ValueError, OverflowError):
        return None


def _in_london(moment: datetime) -> datetime:
    local = moment.astimezone(LONDON)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def at_start_of(day: date) -> datetime:
    return _in_london(datetime.combine(day, time(0), LONDON))


def read_day(text: str) -> date | None:
    """Read an ISO date, the London day of a moment, `21/02/1981` or `21 Feb 1981`; None if there is no such day."""
    moment = read_moment(text)
    if moment is not None:
        return moment.date()
    try:
        if _DAY.fullmatch(text):
            return plausible(date.fromisoformat(text))
        if match := _SLASHED.fullmatch(text):
            return plausible(date(int(match[3]), int(match[2]), int(match[1])))
        if match := _WORDED.fullmatch(text):
            return plausible(date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1])))
    except ValueError:
        return None
    return None


def read_time(text: str) -> time | None:
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", text)
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
    except ValueError:
        return None


def day_of(record: Record, *names: str) -> date | None:
    """Return the first date among these fields. A date that does not exist is left out and doubted."""
    for name in names:
        text = record.text(name)
        if text is None:
            continue
        found = read_day(text)
        if found is not None:
            return found
        _impossible(record, name)
    return None


def moment_of(record: Record, name: str) -> datetime | None:
    """Return the moment with its time of day. One that cannot be read is left out and doubted."""
    text = record.text(name)
    found = read_moment(text) if text else None
    if text and found is None:
        _impossible(record, name)
    return found


def birth_of(record: Record, name: str) -> str | None:
    """Return a date of birth, which may be only a year or a year and month."""
    text = record.text(name)
    if text is None:
        return None
    known = partial_date(text)
    if known is not None:
        return known
    found = day_of(record, name)
    return found.isoformat() if found else None


def _impossible(record: Record, name: str) -> None:
    problem = f"{name} is a date that does not exist; it was left out"
    record.doubt("date.impossible", name, problem, "correct it (YYYY-MM-DD)")


def time_of(record: Record, name: str) -> time | None:
    text = record.text(name)
    found = read_time(text) if text else None
    if text and found is None:
        record.doubt(
            "common_platform.unreadable", name, f"{name} is not a time of day; it is not passed on", "write HH:MM"
        )
    return found


def write_moment(on: date, at: time | None) -> str:
    """Return a local day and time in the platform's form; only the day if there is no time."""
    if at is None:
        return on.isoformat()
    return write_instant(datetime.combine(on, at.replace(tzinfo=None, fold=0), LONDON))


def write_instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_birth(text: str) -> str:
    """Return the date as the published lists write it; a partly known date stays as it is."""
    day = read_day(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else text
