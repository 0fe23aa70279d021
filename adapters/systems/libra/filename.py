"""Reads and writes the name of the source file, which gives day, court and type of the list:
`5_26102020_2992_B10JQ00_TYPE`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schemas.fields import plausible

_COURT = r"[A-Z][0-9]{2}[A-Z0-9]{2}(?:[A-Z0-9]{2})?"
_USUAL = re.compile(rf"[0-9]+_([0-9]{{8}}|[0-9]{{6}})_[A-Z0-9]*_({_COURT})(?:_(.+))?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z]{2,4}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileName:
    day: date | None = None
    court: str | None = None
    list_type: str | None = None


def parse_file_name(text: str | None) -> FileName:
    """Return what the name gives; a missing part is None."""
    if text is None:
        return FileName()
    name = _EXTENSION.sub("", text.strip().replace("\\", "/").rpartition("/")[2])
    if usual := _USUAL.fullmatch(name):
        day, court, list_type = usual.groups()
        return FileName(_day(day), court.upper(), list_type)
    return _by_pattern(name.split("_"))


def _by_pattern(parts: list[str]) -> FileName:
    """The day is the part that is a date, the court the part that can be an OU code, and the type is the rest. If there
    are several days or courts, the name does not say which is meant."""
    day = _only_day(parts, 8) or _only_day(parts, 6)
    courts = [position for position, part in enumerate(parts) if re.fullmatch(_COURT, part, re.IGNORECASE)]
    if len({parts[position].upper() for position in courts}) == 1:
        return FileName(day, parts[courts[0]].upper(), "_".join(parts[courts[-1] + 1 :]) or None)
    return FileName(day, None, "_".join(_words(parts)) or None)


def _only_day(parts: list[str], digits: int) -> date | None:
    """Return the day that is written with so many digits; None if there are several."""
    days = {_day(part) for part in parts if re.fullmatch(rf"[0-9]{{{digits}}}", part)} - {None}
    return days.pop() if len(days) == 1 else None


def _words(parts: list[str]) -> Iterator[str]:
    return (part for part in parts if part.isalpha())


def _day(digits: str) -> date | None:
    """Read `ddmmyyyy` or `ddmmyy`, if that day exists in a year that a case can have."""
    year = int(digits[4:]) + (2000 if len(digits) == 6 else 0)
    try:
        return plausible(date(year, int(digits[2:4]), int(digits[:2])))
    except ValueError:
        return None


def write_file_name(day: date, court: str, psa_code: str | None, list_type: str | None) -> str:
    """Return the usual name. A court or type that could not be read back from it is left out."""
    psa = psa_code if psa_code and re.fullmatch(r"[A-Z0-9]+", psa_code, re.IGNORECASE) else "0"
    name = f"1_{day:%d%m}{day.year:04}_{psa}_{court}"
    if parse_file_name(name) != FileName(day, court):
        return f"1_{day:%d%m}{day.year:04}"
    whole = f"{name}_{list_type}"
    return whole if parse_file_name(whole) == FileName(day, court, list_type) else name
