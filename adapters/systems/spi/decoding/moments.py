"""Dates and times as the interface writes them. A time without an offset is the time in London."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*|Z|[+-]\d{2}:\d{2})?", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?\s?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


def read_date(text: str) -> date | None:
    """The calendar date; a zone after it says nothing more. None if there is no such date, or none in a case."""
    match = _DATE.fullmatch(text)
    try:
        found = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return found if found and 1800 <= found.year <= 2199 else None


def read_time(text: str) -> time | None:
    """`10:00`, `10:00:00`, `09:00:00.0000000-00:00`; aware only if an offset stands there. None if no such time."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, minute, second, fraction, offset = match.groups()
    try:
        return time(int(hour), int(minute), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")), _zone(offset))
    except ValueError:
        return None


def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset == "Z":
        return UTC
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return timezone(-shift if offset[0] == "-" else shift)


def instant(on: date, at: time) -> datetime:
    """The moment, with London's offset at that moment. Where a change of the clocks makes a local time happen twice
    or not at all, the earlier reading: a clock that counts from it then never runs late."""
    if at.tzinfo is not None:
        moment = datetime.combine(on, at)
    else:
        moment = min(datetime.combine(on, at.replace(fold=fold), LONDON).astimezone(UTC) for fold in (0, 1))
    local = moment.astimezone(LONDON)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def local_time(on: date | None, at: time) -> time:
    """The time in London, without an offset; as it came where the day is not known."""
    return at if at.tzinfo is None or on is None else instant(on, at).time()


def write_moment(moment: datetime) -> tuple[str, str]:
    """(DateOfHearing, TimeOfHearing): London's, with an offset only where it would be read otherwise."""
    local = moment.astimezone(LONDON).replace(tzinfo=None, fold=0)
    if instant(local.date(), local.time()) == moment:
        return local.date().isoformat(), local.time().isoformat()
    universal = moment.astimezone(UTC)
    return universal.date().isoformat(), universal.time().isoformat() + "+00:00"
