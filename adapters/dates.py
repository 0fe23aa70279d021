"""Reads days, times and moments as agencies write them. Adapters read dates only with this module.

A time without an offset is a time in London. A time with an offset is converted to the local day in London:
`1990-06-14T23:00:00Z` is midnight of the 15th there. Nothing here raises an error: what cannot be read is None.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from schemas.fields import partial_date, plausible

LONDON = ZoneInfo("Europe/London")

_OFFSET = r"(Z|[+-]\d{2}(?::?\d{2})?)"
_ISO = re.compile(
    rf"(\d{{4}}-\d{{2}}-\d{{2}})(?:[T ](.*?))?{_OFFSET}?(?:\[.*\])?", re.IGNORECASE | re.ASCII | re.DOTALL
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_WORDED = re.compile(r"(\d{1,2})[ -]([A-Z]{3})[a-z]*[ -](\d{4})", re.IGNORECASE | re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(
    rf"(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}})(?:[.,](\d{{1,12}}))?)?\s?([ap]\.?m\.?)?\s?{_OFFSET}?",
    re.IGNORECASE | re.ASCII,
)
_DIGITS = re.compile(rf"(\d{{2}})(\d{{2}})(\d{{2}})?\s?{_OFFSET}?", re.IGNORECASE | re.ASCII)


def read_day(text: str) -> date | None:
    """Read `1990-06-15`, the London day of a moment, `15/06/1990`, `19900615` or `15 Jun 1990`. None if it cannot be
    read."""
    text = text.strip()
    try:
        if match := _ISO.fullmatch(text):
            return _local_day(match)
        if match := _COMPACT.fullmatch(text):
            return plausible(date(int(match[1]), int(match[2]), int(match[3])))
        if match := _SLASHED.fullmatch(text):
            return plausible(date(int(match[3]), int(match[2]), int(match[1])))
        if match := _WORDED.fullmatch(text):
            return plausible(date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1])))
    except (ValueError, OverflowError):
        return None
    return None


def _local_day(match: re.Match[str]) -> date:
    """Return the local day. A day with an offset and no time, as XML may write it, is that day. Raises ValueError."""
    day, clock, offset = plausible(date.fromisoformat(match[1])), match[2], match[3]
    at = read_time(f"{clock}{offset}") if clock and offset else None
    return plausible(instant(day, at).date()) if at is not None else day


def read_birth(text: str) -> str | None:
    """Read a date of birth in any form of `read_day`, or a year, or a year and month; returns it in ISO form."""
    known = partial_date(text.strip())
    if known is not None:
        return known
    day = read_day(text)
    return day.isoformat() if day else None


def read_time(text: str) -> time | None:
    """Read `10:00`, `9.30`, `2:30 pm`, `1430`, `09:00:00.0000000-00:00`, or the time of a whole moment.

    The result is aware only if the text has an offset. `24:00` belongs to the next day, so it is not read.
    """
    text = text.strip()
    text = re.sub(r"^(?:\d{4}-\d{2}-\d{2})?[T ]", "", text)
    match, digits = _TIME.fullmatch(text), _DIGITS.fullmatch(text)
    if match:
        hour, minute, second, fraction, half, offset = match.groups()
    elif digits:
        hour, minute, second, offset = digits.groups()
        fraction = half = None
    else:
        return None
    try:
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return time(_hour(int(hour), half), int(minute), int(second or 0), micro, _zone(offset))
    except ValueError:
        return None


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of the day. Raises ValueError for an hour that does not exist with am or pm."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if half[0].lower() == "p" else 0)


def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset in ("Z", "z"):
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if offset[0] == "-" else shift)


def read_moment(text: str) -> datetime | None:
    """Read a day with a time as a moment in London. None if there is no time of day."""
    match = _ISO.fullmatch(text.strip())
    if match is None or not match[2]:
        return None
    at = read_time(f"{match[2]}{match[3] or ''}")
    try:
        return plausible(instant(plausible(date.fromisoformat(match[1])), at)) if at is not None else None
    except (ValueError, OverflowError):
        return None


def instant(on: date, at: time) -> datetime:
    """Return the moment with London's offset at that moment. When a change of the clocks makes a local time happen
    twice or never, this is the earlier reading, so that no deadline that counts from it is late."""
    if at.tzinfo is not None:
        moment = datetime.combine(on, at)
    else:
        moment = min(datetime.combine(on, at.replace(fold=fold), LONDON).astimezone(UTC) for fold in (0, 1))
    local = moment.astimezone(LONDON)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def write_local_time(on: str | None, at: str) -> str:
    """Return the time of day in London, if it has an offset and the day is known; otherwise the time as it is."""
    return local_time(date.fromisoformat(on) if on else None, time.fromisoformat(at)).isoformat()


def local_time(on: date | None, at: time) -> time:
    """Return the time in London, without an offset; the time as written if the day is not known."""
    return at if at.tzinfo is None or on is None else instant(on, at).time()
