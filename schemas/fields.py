"""The identifiers and small values of criminal justice, with their rules.

Real documents break these rules often. So a bad identifier is kept as received and flagged, and only its canonical form
is ever compared. Each rule is a function `text -> canonical form, or None if invalid`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from schemas.category import Category
from schemas.placeholders.table import names_nobody

_CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def check_letter(number: int) -> str:
    """Return the check letter of PNC ids, CRO numbers and ASNs. I, O and S are never used."""
    return _CHECK_LETTERS[number % 23]


def _compact(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


# Digits are written [0-9], because \d also matches the digits of other scripts.
_PNC_LONG = re.compile(r"((?:19|20)[0-9]{2})(?:/([0-9]{1,7})|([0-9]{7}))([A-Z])")
_PNC_SHORT = re.compile(r"([0-9]{2})/?([0-9]{1,7})([A-Z])")
_SHORT_YEARS_OF_THIS_CENTURY = 40


def pnc_id(text: str) -> str | None:
    """Return `YYYY/NNNNNNNL`. Short forms (two-digit year, no padding, no slash) are completed.

    The check letter does not cover the century, so a two-digit year above 40 counts as one of the last century.
    """
    compact = _compact(text)
    if match := _PNC_LONG.fullmatch(compact):
        year, slashed, unslashed, letter = match.groups()
        serial = (slashed or unslashed).zfill(7)
    elif match := _PNC_SHORT.fullmatch(compact):
        year, serial, letter = match.groups()
        year = ("19" if int(year) > _SHORT_YEARS_OF_THIS_CENTURY else "20") + year
        serial = serial.zfill(7)
    else:
        return None
    return f"{year}/{serial}{letter}" if check_letter(int(year[2:] + serial)) == letter else None


def cro_number(text: str) -> str | None:
    """Return `NNNNNN/YYL` (serial padded to six) or `SFYY/NNNNNNL` (serial unpadded)."""
    compact = _compact(text)
    if match := re.fullmatch(r"([0-9]{1,6})/([0-9]{2})([A-Z])", compact):
        serial, year, letter = match.groups()
        serial = serial.zfill(6)
        return f"{serial}/{year}{letter}" if check_letter(int(year + serial)) == letter else None
    if match := re.fullmatch(r"SF([0-9]{2})/0*([1-9][0-9]{0,5})([A-Z])", compact):
        year, serial, letter = match.groups()
        return f"SF{year}/{serial}{letter}" if check_letter(int(year + serial)) == letter else None
    return None


_ASN = re.compile(
    r"([0-9]{2})/?([0-9A-Z])?([0-9A-Z]{2})/?([0-9A-Z]{2})/?([0-9A-Z]{2})(?:/([0-9]{1,11})|([0-9]{11}))([A-Z])"
)


def arrest_summons_number(text: str) -> str | None:
    """Return 20 or 21 characters: year 2, optional top-level code 1, force 2, unit 2, system 2, sequence 11, letter.

    If slashes separate the parts, the sequence may be unpadded.
    """
    match = _ASN.fullmatch(_compact(text))
    if not match:
        return None
    year, top, force, unit, system, slashed, unslashed, letter = match.groups()
    sequence = (slashed or unslashed).zfill(11)
    digits = "".join(part for part in (force, system) if part.isdigit()) + year + sequence
    whole = f"{year}{top or ''}{force}{unit}{system}{sequence}{letter}"
    return whole if check_letter(int(digits)) == letter else None


def court_case_reference(text: str) -> str | None:
    """Return `NN/NNNN/NNNNNNL`. A short serial is padded to six digits."""
    match = re.fullmatch(r"([0-9]{2}/[0-9]{4})/([0-9]{1,6})([A-Z])", _compact(text))
    return f"{match[1]}/{match[2].zfill(6)}{match[3]}" if match else None


def _pattern(expression: str) -> Callable[[str], str | None]:
    compiled = re.compile(expression)

    def rule(text: str) -> str | None:
        compact = _compact(text)
        return compact if compiled.fullmatch(compact) else None

    return rule


def postcode(text: str) -> str | None:
    """Return a United Kingdom postcode, with one space before the last three characters."""
    compact = _compact(text)
    if not re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}|GIR0AA", compact):
        return None
    return f"{compact[:-3]} {compact[-3:]}"


_ETHNICITIES = frozenset(
    ["W1", "W2", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A9", "B1", "B2", "B9", "O1", "O9", "NS"]
)


def ethnicity(text: str) -> str | None:
    """Return a code of the 16+1 classification."""
    code = text.strip().upper()
    return code if code in _ETHNICITIES else None


def result_code(text: str) -> str | None:
    """Return a CJS result code as it is written; capitals and leading zeros stay."""
    return text if re.fullmatch(r"[0-9A-Za-z]{1,8}", text) else None


def partial_date(text: str) -> str | None:
    """Check `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Agencies often know only the year of birth. A year in which nobody can
    have been born is taken too: it is kept and flagged."""
    if not re.fullmatch(r"[1-9][0-9]{3}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?", text):
        return None
    try:
        date.fromisoformat(text if len(text) == 10 else f"{text[:4]}-01-01")
    except ValueError:
        return None
    return text


def _strict_partial_date(text: str) -> str:
    value = partial_date(text)
    if value is None:
        raise ValueError("a date is written YYYY, YYYY-MM or YYYY-MM-DD and must exist")
    return value


def _written_out(value: object) -> object:
    """Refuse bare numbers. pydantic would read one as seconds since 1970, even in quotes: `20261120100000` would be the
    year 2612."""
    if isinstance(value, int | float) or (isinstance(value, str) and not re.match(r"\s*[0-9]{4}-", value)):
        raise ValueError("write the date with hyphens, and the time with colons")
    return value


def _read_day(value: object) -> object:
    """Read the date here, because pydantic's strict parsing refuses a text that one of our validators has already
    handled."""
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


def _read_moment(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})")


_Timed = TypeVar("_Timed", date, datetime)


def plausible(value: _Timed) -> _Timed:
    """Check that the year is one that clocks can count from without leaving the calendar."""
    if not 1800 <= value.year <= 2199:
        raise ValueError("its year must be between 1800 and 2199")
    return value


# The validators before the type run from right to left.
Day = Annotated[date, BeforeValidator(_read_day), BeforeValidator(_written_out), AfterValidator(plausible)]
Moment = Annotated[
    AwareDatetime, BeforeValidator(_read_moment), BeforeValidator(_written_out), AfterValidator(plausible)
]


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """Marks a field as an identifier. A value that breaks its rule is kept as received and flagged."""

    name: str
    canonical: Callable[[str], str | None]
    form: str

    def keep(self, text: str) -> str:
        """Return the canonical form, or the text itself if it has none."""
        return self.canonical(text) or text

    def identifies(self, text: str) -> str | None:
        """Return the canonical form of a value that can identify somebody or something; None if it is invalid or a
        placeholder."""
        value = self.canonical(text)
        return None if value is None or names_nobody(self.name, value) else value


@dataclass(frozen=True, slots=True)
class PlaceholderRule:
    """Marks a free text field that may hold a placeholder. A placeholder is kept as received and flagged."""

    name: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """Marks a field as a code of a list that an operator imports. A code that the list lacks is kept and flagged."""

    name: str


PNC_ID = IdentifierRule("pnc_id", pnc_id, "YYYY/NNNNNNNL with its check letter")
CRO_NUMBER = IdentifierRule("cro_number", cro_number, "NNNNNN/YYL or SFYY/NNNNNNL with its check letter")
ASN = IdentifierRule("arrest_summons_number", arrest_summons_number, "20 or 21 characters with its check letter")
PTIURN = IdentifierRule("ptiurn", _pattern(r"[A-Z0-9]{11}"), "11 letters and digits: force, unit, number, year")
OU_CODE = IdentifierRule("ou_code", _pattern(r"[A-Z0-9]{5}(?:[A-Z0-9]{2})?"), "7 characters (5 in some systems)")
OFFENCE_CODE = IdentifierRule(
    "offence_code", _pattern(r"[A-Z]{2}[0-9]{5}[A-Z]?|[A-Z]{4}[0-9]{3}[A-Z]?"), "AA99999, AA99999A, AAAA999 or AAAA999A"
)
CASE_REFERENCE = IdentifierRule("court_case_reference", court_case_reference, "NN/NNNN/NNNNNNL")
CRN = IdentifierRule("crn", _pattern(r"[A-Z][0-9]{6}"), "A999999")
NOMS_NUMBER = IdentifierRule("noms_number", _pattern(r"[A-Z][0-9]{4}[A-Z]{2}"), "A9999AA")
POSTCODE = IdentifierRule("postcode", postcode, "a United Kingdom postcode")
ETHNICITY = IdentifierRule("ethnicity", ethnicity, "a code of the 16+1 classification")
RESULT_CODE = IdentifierRule("result_code", result_code, "1 to 8 letters and digits")

ORGANISATION_UNITS = CodeList("organisation-unit")
OFFENCE_CODES = CodeList("offence-code")
RESULT_CODES = CodeList("result-code")
RESULT_QUALIFIERS = CodeList("result-qualifier")

_short = Field(min_length=1, max_length=80)

PncId = Annotated[str, _short, AfterValidator(PNC_ID.keep), PNC_ID, Category.IDENTITY]
CroNumber = Annotated[str, _short, AfterValidator(CRO_NUMBER.keep), CRO_NUMBER, Category.IDENTITY]
ArrestSummonsNumber = Annotated[str, _short, AfterValidator(ASN.keep), ASN, Category.IDENTITY]
Crn = Annotated[str, _short, AfterValidator(CRN.keep), CRN, Category.IDENTITY]
NomsNumber = Annotated[str, _short, AfterValidator(NOMS_NUMBER.keep), NOMS_NUMBER, Category.IDENTITY]
Ptiurn = Annotated[str, _short, AfterValidator(PTIURN.keep), PTIURN, Category.CASE]
OuCode = Annotated[str, _short, AfterValidator(OU_CODE.keep), OU_CODE, ORGANISATION_UNITS, Category.CASE]
CourtCaseReference = Annotated[str, _short, AfterValidator(CASE_REFERENCE.keep), CASE_REFERENCE, Category.CASE]
OffenceCode = Annotated[str, _short, AfterValidator(OFFENCE_CODE.keep), OFFENCE_CODE, OFFENCE_CODES, Category.OFFENCE]
ResultCode = Annotated[
    str,
    # An unknown code may be a custodial sentence, so it is never left out. It must be short, because it also goes to
    # recipients that may have no free text.
    _short,
    AfterValidator(RESULT_CODE.keep),
    RESULT_CODE,
    RESULT_CODES,
    Category.SENTENCE,
]
Postcode = Annotated[str, _short, AfterValidator(POSTCODE.keep), POSTCODE, Category.CONTACT]
Ethnicity = Annotated[str, _short, AfterValidator(ETHNICITY.keep), ETHNICITY, Category.DIVERSITY]
DATE_OF_BIRTH = PlaceholderRule("date_of_birth")

DateOfBirth = Annotated[str, AfterValidator(_strict_partial_date), DATE_OF_BIRTH, Category.IDENTITY]
