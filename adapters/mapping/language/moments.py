"""Days, times and moments as agencies write them: `DD/MM/YYYY`, `DD-MON-YY`, `YYYYMMDDHHMISS`.

A pattern consists of YYYY, YY, MM, MON, DD, HH, MI and SS; every other character means itself. A moment without an
offset is in London time; when the clocks go back, it is the earlier of the two. `DDMMYY from 1950` says which hundred
years a two-digit year belongs to: 1950 to 2049.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from adapters.dates import read_day, read_moment, read_time
from adapters.mapping.language.forms import Form
from adapters.mapping.language.function import Function, Misused, Tables, Unfit
from schemas.fields import partial_date

_LONDON = ZoneInfo("Europe/London")
_TOKEN = re.compile("YYYY|YY|MON|MM|DD|HH|MI|SS")
_TIME = frozenset({"HH", "MI", "SS"})
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FORMS = {
    "YYYY": "(?P<year>[0-9]{4})",
    "YY": "(?P<short>[0-9]{2})",
    "MM": "(?P<month>[0-9]{2})",
    "MON": f"(?P<named>{'|'.join(_MONTHS)})",
    "DD": "(?P<day>[0-9]{2})",
    "HH": "(?P<hour>[0-9]{2})",
    "MI": "(?P<minute>[0-9]{2})",
    "SS": "(?P<second>[0-9]{2})",
}
FIRST_YEAR = 1941  # the first of the hundred years for a two-digit year, if the profile gives none: as in a PNC id
FIRST_YEAR_OF_BIRTHS = 1917  # up to 2016: nobody born later could have been before a court when this was written
# Other programs write these into any column.
_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})")
_TIME_WITH_OFFSET = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})")
_FROM = re.compile(r"(.*?) from ((?:18|19|20)[0-9]{2})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    text: str
    compiled: re.Pattern[str]
    tokens: frozenset[str]
    first_year: int = FIRST_YEAR

    @classmethod
    def of(cls, text: str) -> "Pattern":
        """Raises Misused."""
        whole, first_year = text, FIRST_YEAR
        if stated := _FROM.fullmatch(text):
            text, first_year = stated[1], int(stated[2])
        tokens = _TOKEN.findall(text)
        parts = _TOKEN.split(text)
        if (
            not tokens
            or len(set(tokens)) != len(tokens)
            or {"YYYY", "YY"} <= set(tokens)
            or {"MM", "MON"} <= set(tokens)
            or (whole != text and "YY" not in tokens)
        ):
            raise _misused(whole)
        expression = re.escape(parts[0])
        for token, rest in zip(tokens, parts[1:], strict=True):
            expression += _FORMS[token] + re.escape(rest)
        return cls(text, re.compile(expression, re.IGNORECASE), frozenset(tokens), first_year)

    @property
    def has_year(self) -> bool:
        return bool(self.tokens & {"YYYY", "YY"})

    @property
    def has_month(self) -> bool:
        return bool(self.tokens & {"MM", "MON"})

    @property
    def is_day(self) -> bool:
        return self.has_year and self.has_month and "DD" in self.tokens

    @property
    def is_time(self) -> bool:
        return {"HH", "MI"} <= self.tokens

    def read(self, text: str) -> dict[str, int] | None:
        match = self.compiled.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        numbers = {name: int(digits) for name, digits in found.items() if digits and name != "named"}
        if found.get("named"):
            numbers["month"] = _MONTHS.index(found["named"].upper()) + 1
        if "short" in numbers:
            numbers["year"] = self.first_year + (numbers.pop("short") - self.first_year) % 100
        return numbers

    def write(self, steps: Sequence[int], at: time = time()) -> str:
        """Write a day. `steps` are the year, month and day, as many as are known. Raises Unfit if two digits would mean
        another year."""
        year, month, day = (*steps, *(1, 1, 1)[len(steps) :])
        if "YY" in self.tokens and not 0 <= year - self.first_year < 100:
            last = self.first_year + 99
            raise Unfit(
                "value.date", f"is not in the years {self.first_year} to {last}", "send four digits of the year"
            )
        values = {
            "YYYY": f"{year:04}",
            "YY": f"{year % 100:02}",
            "MM": f"{month:02}",
            "MON": _MONTHS[month - 1],
            "DD": f"{day:02}",
            "HH": f"{at.hour:02}",
            "MI": f"{at.minute:02}",
            "SS": f"{at.second:02}",
        }
        return _TOKEN.sub(lambda token: values[token[0]], self.text)


def of_births(written: str) -> str:
    """Return the same function for a date of birth. Without a stated century, its two-digit years are those of living
    people."""
    name, colon, argument = written.partition(":")
    if name.strip() != "date":
        return written
    patterns = (pattern.strip() for pattern in argument.split("|"))
    stated = (f"{one} from {FIRST_YEAR_OF_BIRTHS}" if _has_short_year(one) else one for one in patterns)
    return f"{name}{colon} {' | '.join(stated)}"


def _has_short_year(pattern: str) -> bool:
    return "YY" in _TOKEN.findall(pattern) and not _FROM.fullmatch(pattern)


def make_date(argument: str, _: Tables) -> Function:
    """Return the function for `DD/MM/YYYY`, or for days that may be known only in part, `DD/MM/YYYY | MM/YYYY |
    YYYY`."""
    patterns = [Pattern.of(text.strip()) for text in argument.split("|")]
    if any(not p.has_year or p.tokens & _TIME or ("DD" in p.tokens and not p.has_month) for p in patterns):
        raise _misused(argument)

    def read(text: str) -> str:
        for pattern in patterns:
            if (found := pattern.read(text)) is not None:
                steps = [f"{found['year']:04}"] + [f"{found[step]:02}" for step in ("month", "day") if step in found]
                if (value := _existing("-".join(steps))) is not None:
                    return value
        if _ISO_MOMENT.fullmatch(text) and (day := read_day(text)) is not None:
            return day.isoformat()  # the day in London
        raise Unfit("value.date", f"is not a date in the form {argument}", "correct the date, or leave it out")

    def write(value: str) -> str:
        day = _existing(value)
        if day is None:  # a profile may write a free text as a day
            raise Unfit("value.date", "is not a date", "correct the date, or leave it out")
        steps = [int(step) for step in day.split("-")]
        for pattern in patterns:
            if len(steps) == 1 + pattern.has_month + ("DD" in pattern.tokens):
                return pattern.write(steps)
        raise Unfit("value.date", "is a day that is only partly known", "send the whole date")

    return Function(Form.TEXT, Form.DAY if all(p.is_day for p in patterns) else Form.PARTIAL_DAY, read, write)


def make_time(argument: str, _: Tables) -> Function:
    """Return the function for `HH:MI` or `HHMI`."""
    pattern = Pattern.of(argument)
    if not pattern.is_time or not pattern.tokens <= _TIME:
        raise _misused(argument)

    def read(text: str) -> str:
        found = pattern.read(text)
        try:
            if found is not None:
                return time(found["hour"], found["minute"], found.get("second", 0)).isoformat()
        except ValueError:
            found = None
        if found is None and _TIME_WITH_OFFSET.fullmatch(text) and (at := read_time(text)) is not None:
            return at.isoformat()
        raise Unfit("value.time", f"is not a time of day in the form {argument}", "correct the time, or leave it out")

    def write(value: str) -> str:
        return pattern.write((), time.fromisoformat(value))

    return Function(Form.TEXT, Form.TIME, read, write)


def make_moment(argument: str, _: Tables) -> Function:
    """Return the function for `DD/MM/YYYY HH:MI` in London time, `DD/MM/YYYY` for the beginning of the day, or `iso`
    with its own offset."""
    if argument == "iso":
        return Function(Form.TEXT, Form.MOMENT, _read_iso, lambda value: value)
    pattern = Pattern.of(argument)
    if not pattern.is_day:
        raise _misused(argument)

    def read(text: str) -> str:
        found = pattern.read(text)
        try:
            if found is not None:
                return datetime(**found, tzinfo=_LONDON).isoformat()
        except ValueError:
            found = None
        if found is None and _ISO_MOMENT.fullmatch(text) and (moment := read_moment(text)) is not None:
            return moment.isoformat()
        raise Unfit("value.moment", f"is not a date and time in the form {argument}", "correct it, or leave it out")

    def write(value: str) -> str:
        local = datetime.fromisoformat(value).astimezone(_LONDON)
        return pattern.write((local.year, local.month, local.day), local.time())

    return Function(Form.TEXT, Form.MOMENT, read, write)


def _existing(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else partial_date(text)
    except ValueError:
        return None


def _read_iso(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unfit("value.moment", "is not a moment in ISO 8601 with an offset", "write it as 2026-11-20T10:00:00Z")
    return moment.isoformat()


def _misused(argument: str) -> Misused:
    tokens = "YYYY or YY, MM or MON, DD, HH, MI and SS"
    return Misused(
        "function.argument", f"{argument!r} is not a pattern that can be used here", f"use {tokens}, each once"
    )
