"""Reads days, times and numbers of a charge. A value that cannot be read is left out with a doubt."""

import re
from datetime import date, time

from adapters.dates import local_time, read_birth, read_time
from adapters.dates import read_day as day_of
from adapters.systems.cps.decoding.charge_tree import Part
from adapters.systems.cps.decoding.findings import Findings


def read_day(part: Part, name: str, findings: Findings) -> date | None:
    text = part.text(name)
    found = day_of(text) if text else None
    if text and found is None:
        findings.no_date(name, part.at(name))
    return found


def read_birthday(part: Part, name: str, findings: Findings) -> str | None:
    """Return a date of birth, which may be only a year or a year and month."""
    text = part.text(name)
    found = read_birth(text) if text else None
    if text and found is None:
        findings.no_date(name, part.at(name))
    return found


def read_clock(part: Part, name: str, on: date | None, findings: Findings) -> time | None:
    """Return the time in London, without an offset; the time as written if the day is not known."""
    text = part.text(name)
    found = read_time(text) if text else None
    if text and found is None:
        findings.unreadable(name, part.at(name), "a time (HH:MM:SS)")
    return local_time(on, found) if found else None


def read_number(part: Part, name: str, most: int, findings: Findings) -> int | None:
    text = part.text(name)
    if text and re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= most:
        return int(text)
    if text:
        findings.unreadable(name, part.at(name), f"a whole number from 0 to {most}")
    return None
