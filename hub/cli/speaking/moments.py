"""Times as people type and read them: London's, if no offset is given."""

import re
from datetime import datetime, time, timedelta

import typer

from hub.clock import SystemClock
from hub.deadlines.london import LONDON

_AGO = re.compile(r"(\d{1,4}) (minute|hour|day|week)s? ago")
_UNITS = {unit: timedelta(**{f"{unit}s": 1}) for unit in ("minute", "hour", "day", "week")}


def moment(typed: str) -> datetime:
    """`2026-03-02`, `2026-03-02 09:00`, `today`, `yesterday`, `now` or `3 days ago`. Raises BadParameter."""
    now = SystemClock().now().astimezone(LONDON)
    words = " ".join(typed.lower().split())
    if words in ("now", "today", "yesterday"):
        day = now.date() - timedelta(days=words == "yesterday")
        return now if words == "now" else datetime.combine(day, time(), LONDON)
    if ago := _AGO.fullmatch(words):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        found = datetime.fromisoformat(typed.strip())
    except ValueError:
        known = "write 2026-03-02, '2026-03-02 09:00', today, yesterday or '3 days ago'"
        raise typer.BadParameter(f"{typed!r} is not a time that the hub knows; {known}") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=LONDON)


def local_words(moment: str | None) -> str:
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone(LONDON).strftime("%d %b %Y %H:%M:%S %Z")
