"""Days, times and numbers of a charge."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from adapters.systems.cps.decoding.charge_tree import Part
from adapters.systems.cps.decoding.findings import Findings

_LONDON = ZoneInfo("Europe/London")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?", re.DOTALL)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def read_day(part: Part, name: str, findings: Findings) -> date | None:
    """A day that does not exist refuses the case."""
    text = part.text(name)
    match = _DAY.fullmatch(text) if text else None
    try:
        found = date.fromisoformat(match[1]) if match else None
    except ValueError:
        found = None
    if text and (found is None or not 1800 <= found.year <= 2099):
        findings.refuse("date.impossible", part.at(name), "is not a date that exists", "correct it (YYYY-MM-DD)")
        return None
    return found


def read_time(part: Part, name: str, on: date | None, findings: Findings) -> time | None:
    """London's time, without an offset."""
    text = part.text(name)
    if text is None:
        return None
    clock = text.rpartition("T")[2]
    try:
        found = time.fromisoformat(clock) if _TIME.fullmatch(clock) else None
    except ValueError:
        found = None
    if found is None:
        findings.unreadable(name, part.where, "a time (HH:MM:SS)")
    elif found.tzinfo is not None and on is not None:
        return datetime.combine(on, found).astimezone(_LONDON).time()
    return found.replace(tzinfo=None) if found else None


def read_number(part: Part, name: str, most: int, findings: Findings) -> int | None:
    text = part.text(name)
    if text and re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= most:
        return int(text)
    if text:
        findings.unreadable(name, part.where, f"a whole number from 0 to {most}")
    return None
