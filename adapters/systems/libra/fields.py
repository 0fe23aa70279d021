"""Says which element holds which field, for reading and for writing, and how the format writes values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from adapters.dates import read_birth, read_day, read_time
from adapters.systems.libra.record import Doubts, Record
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is written. `read` and `write` raise ValueError for a value that the form cannot hold.

    A value that breaks its form is doubted and read as `otherwise`. `personal` values are never repeated in a problem.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    code: str = "libra.value_invalid"
    is_not: str = "is not a value of this element"
    cure: str = "correct the value"
    otherwise: Any = None
    personal: bool = True

    def problem(self, element: str, text: str, where: str) -> Problem:
        shown = f" {text!r}" if not self.personal and re.fullmatch(r"[\d/.: -]{1,20}", text) else ""
        return Problem(self.code, where, f"<{element}>{shown} {self.is_not}", self.cure)


@dataclass(frozen=True, slots=True)
class Field:
    element: str
    name: str
    form: Form


def _read_date(text: str) -> date:
    """Read `dd/mm/yyyy`, the form of the format, or a day in any other form; only in a year that a case can have."""
    found = read_day(text)
    if found is None:
        raise ValueError
    return found


def _read_birth(text: str) -> str:
    found = read_birth(text)
    if found is None:
        raise ValueError
    return found


def _write_birth(value: Any) -> str:
    """Write a day, or as much of it as is known."""
    return write_date(value) if len(str(value)) == len("YYYY-MM-DD") else str(value)


def write_date(value: Any) -> str:
    day = date.fromisoformat(str(value))
    return f"{day:%d/%m}/{day.year:04}"


def _read_time(text: str) -> time:
    """Read a local time. A time with an offset is not read, because its day is not known."""
    found = read_time(text)
    if found is None or found.tzinfo is not None:
        raise ValueError
    return found


def _write_time(value: Any) -> str:
    """Write a local time. The format has seconds but no zone."""
    moment = time.fromisoformat(str(value))
    if moment.tzinfo is not None or moment.microsecond:
        raise ValueError
    return moment.isoformat("seconds" if moment.second else "minutes")


def _read_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError
    return int(text)


def _write_number(value: Any) -> str:
    return str(_read_number(str(value)))


def _read_word(table: Mapping[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if text.upper() not in table:
            raise ValueError
        return table[text.upper()]

    return read


def _write_word(table: Mapping[str, Any]) -> Callable[[Any], str]:
    """Return the first code that means the word."""

    def write(value: Any) -> str:
        found = next((code for code, word in table.items() if word == value), None)
        if found is None:
            raise ValueError
        return found

    return write


_FLAGS = {"Y": True, "N": False}
_SEXES = {"M": "male", "F": "female", "N": "not_specified", "U": "not_known", "MALE": "male", "FEMALE": "female"}
_PLEAS = {"G": "guilty", "NG": "not guilty"}  # any other code is kept as received
_PLEA_CODES = {word: code for code, word in _PLEAS.items()}

TEXT = Form(lambda text: text, str)
NUMBER = Form(
    _read_number, _write_number, "libra.number_invalid", "is not a whole number; it was left out", "send a whole number"
)
DATE = Form(
    _read_date,
    write_date,
    "libra.date_invalid",
    "is not a date; it was left out",
    "send a date that exists, as dd/mm/yyyy",
    personal=False,
)
BIRTH = Form(
    _read_birth,
    _write_birth,
    "libra.date_invalid",
    "is not a date; it was left out",
    "send the date of birth as dd/mm/yyyy, or leave it out if it is not known",
)
TIME = Form(
    _read_time,
    _write_time,
    "libra.time_invalid",
    "is not a time of day; it was left out",
    "send the time as hh:mm",
    personal=False,
)
FLAG = Form(
    _read_word(_FLAGS),
    _write_word(_FLAGS),
    "libra.flag_invalid",
    "is neither Y nor N; it was left out",
    "send Y or N",
)
SEX = Form(
    _read_word(_SEXES),
    _write_word(_SEXES),
    "libra.sex_unknown",
    "is not one of M, F, N and U; it was read as not known",
    "send M, F, N or U",
    otherwise="not_known",
)
PLEA = Form(lambda text: _PLEAS.get(text.upper(), text), lambda word: _PLEA_CODES.get(word, str(word)))

SESSION = (
    Field("s_id", "id", TEXT),
    Field("area_code", "area_code", TEXT),
    Field("cmu", "management_unit", TEXT),
    Field("panel", "panel", TEXT),
    Field("room", "room", TEXT),
    Field("sstart", "starts_at", TIME),
    Field("send", "ends_at", TIME),
)
BLOCK = (
    Field("sb_id", "block_id", TEXT),
    Field("bstart", "block_starts_at", TIME),
    Field("bend", "block_ends_at", TIME),
    Field("desc", "block", TEXT),
)
CASE = (
    Field("c_id", "id", TEXT),
    Field("h_id", "hearing_id", TEXT),
    Field("valid", "valid", FLAG),
    Field("caseno", "number", TEXT),
    Field("type", "type", TEXT),
    Field("urn", "urn", TEXT),
    Field("marker", "marker", TEXT),
    Field("linked", "linked", TEXT),
    Field("inf", "informant", TEXT),
    Field("cseq", "sequence", NUMBER),
    Field("listno", "list_number", TEXT),
    Field("def_age", "defendant_age", NUMBER),
)
DEFENDANT = (
    Field("asn", "arrest_summons_number", TEXT),
    Field("def_sex", "sex", SEX),
    Field("def_dob", "date_of_birth", BIRTH),
    Field("pnc_id", "pnc_id", TEXT),
    Field("cro_number", "cro_number", TEXT),
    Field("nationality_1", "nationality", TEXT),
    Field("nationality_2", "second_nationality", TEXT),
)
PARENT_GUARDIAN = (Field("pg_type", "type", TEXT), Field("pg_name", "name", TEXT))
OFFENCE = (
    Field("oseq", "sequence", NUMBER),
    Field("co_id", "id", TEXT),
    Field("code", "code", TEXT),
    Field("maxpen", "maximum_penalty", TEXT),
    Field("title", "title", TEXT),
    Field("sum", "wording", TEXT),
    Field("as", "legislation", TEXT),
    Field("adjdate", "adjourned_on", DATE),
    Field("adjreason", "adjournment_reason", TEXT),
    Field("plea", "plea", PLEA),
    Field("pleadate", "pleaded_on", DATE),
    Field("convdate", "convicted_on", DATE),
)
NO_CODE = "NOTKNOWN"
"""Stands where the format needs an offence code and there is none. It is read as none."""
ADDRESS_LINES = ("line1", "line2", "line3", "line4", "line5")
FORENAMES = ("forename1", "forename2", "forename3")


def read_field(record: Record, field: Field, doubts: Doubts) -> Any:
    """Return the value; None if it is absent, or left out with a doubt."""
    text = record.text(field.element)
    if text is None:
        return None
    try:
        return field.form.read(text)
    except ValueError:
        doubts.add(field.form.problem(field.element, text, record.where_of(field.element)))
        return field.form.otherwise


def read_fields(record: Record, fields: tuple[Field, ...], doubts: Doubts) -> dict[str, Any]:
    """Return the fields that are there, by payload name."""
    values = ((field.name, read_field(record, field, doubts)) for field in fields)
    return {name: value for name, value in values if value is not None}
