"""The identifiers and small values of criminal justice, with their rules.

Real feeds break these rules often, so a bad identifier is kept as it came and flagged; only its
canonical form is ever compared. Each rule is a function `text -> canonical form, or None if invalid`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.category import Category

_CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def check_letter(number: int) -> str:
    """The check letter of PNC ids, CRO numbers and ASNs: no I, O or S."""
    return _CHECK_LETTERS[number % 23]


def _full_year(two_digits: str) -> str:
    """PNC years run from 1901; a short year later than the current decade is of the last century."""
    return ("19" if int(two_digits) > 40 else "20") + two_digits


def pnc_id(text: str) -> str | None:
    """`YYYY/NNNNNNNL`; short forms (two-digit year, no padding, no slash) are canonicalised."""
    compact = re.sub(r"[\s/]", "", text.upper())
    slashed = re.fullmatch(r"\s*(\d{2}|\d{4})\s*/\s*(\d{1,7})\s*([A-Z])\s*", text.upper())
    if slashed:
        year, serial, letter = slashed.groups()
    elif (match := re.fullmatch(r"(\d{4})(\d{7})([A-Z])", compact)) or (
        match := re.fullmatch(r"(\d{2})(\d{1,7})([A-Z])", compact)
    ):
        year, serial, letter = match.groups()
    else:
        return None
    serial = serial.zfill(7)
    if check_letter(int(year[-2:] + serial)) != letter:
        return None
    return f"{year if len(year) == 4 else _full_year(year)}/{serial}{letter}"


def cro_number(text: str) -> str | None:
    """`NNNNNN/YYL` (serial padded to six) or `SFYY/NNNNNNL` (serial as it stands)."""
    compact = re.sub(r"\s", "", text.upper())
    if match := re.fullmatch(r"(\d{1,6})/(\d{2})([A-Z])", compact):
        serial, year, letter = match.groups()
        serial = serial.zfill(6)
        return f"{serial}/{year}{letter}" if check_letter(int(year + serial)) == letter else None
    if match := re.fullmatch(r"SF(\d{2})/(\d{1,6})([A-Z])", compact):
        year, serial, letter = match.groups()
        return f"SF{year}/{serial}{letter}" if check_letter(int(year + serial)) == letter else None
    return None


def arrest_summons_number(text: str) -> str | None:
    """20 or 21 characters: year 2, optional top-level code 1, force 2, unit 2, system 2, sequence 11, letter."""
    compact = re.sub(r"[\s/]", "", text.upper())
    match = re.fullmatch(r"(\d{2})([0-9A-Z])?([0-9A-Z]{2})([0-9A-Z]{2})([0-9A-Z]{2})(\d{11})([A-Z])", compact)
    if not match:
        return None
    year, _, force, _, system, sequence, letter = match.groups()
    digits = "".join(part for part in (force, system) if part.isdigit()) + year + sequence
    return compact if check_letter(int(digits)) == letter else None


def _pattern(expression: str) -> Callable[[str], str | None]:
    compiled = re.compile(expression)

    def rule(text: str) -> str | None:
        compact = re.sub(r"\s", "", text.upper())
        return compact if compiled.fullmatch(compact) else None

    return rule


def postcode(text: str) -> str | None:
    """A United Kingdom postcode, with one space before the last three characters."""
    compact = re.sub(r"\s", "", text.upper())
    if not re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}|GIR0AA", compact):
        return None
    return f"{compact[:-3]} {compact[-3:]}"


_ETHNICITIES = frozenset(
    ["W1", "W2", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A9", "B1", "B2", "B9", "O1", "O9", "NS"]
)


def ethnicity(text: str) -> str | None:
    """A code of the 16+1 classification."""
    code = text.strip().upper()
    return code if code in _ETHNICITIES else None


def partial_date(text: str) -> str | None:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`: agencies often know no more than the year of birth."""
    if re.fullmatch(r"(?:18|19|20)\d{2}", text):
        return text
    if re.fullmatch(r"(?:18|19|20)\d{2}-(?:0[1-9]|1[0-2])", text):
        return text
    try:
        return date.fromisoformat(text).isoformat() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _strict_partial_date(text: str) -> str:
    value = partial_date(text)
    if value is None:
        raise ValueError("a date is written YYYY, YYYY-MM or YYYY-MM-DD and must exist")
    return value


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """Marks a field as an identifier; a value its rule rejects is kept as it came and flagged."""

    name: str
    canonical: Callable[[str], str | None]
    form: str

    def keep(self, text: str) -> str:
        """The canonical form, or the raw text where there is none."""
        return self.canonical(text) or text


PNC_ID = IdentifierRule("pnc_id", pnc_id, "YYYY/NNNNNNNL with its check letter")
CRO_NUMBER = IdentifierRule("cro_number", cro_number, "NNNNNN/YYL or SFYY/NNNNNNL with its check letter")
ASN = IdentifierRule("arrest_summons_number", arrest_summons_number, "20 or 21 characters with its check letter")
PTIURN = IdentifierRule("ptiurn", _pattern(r"[A-Z0-9]{11}"), "11 letters and digits: force, unit, number, year")
OU_CODE = IdentifierRule("ou_code", _pattern(r"[A-Z0-9]{5}(?:[A-Z0-9]{2})?"), "7 characters (5 in some systems)")
OFFENCE_CODE = IdentifierRule(
    "offence_code", _pattern(r"[A-Z]{2}\d{5}[A-Z]?|[A-Z]{4}\d{3}[A-Z]?"), "AA99999, AA99999A, AAAA999 or AAAA999A"
)
CASE_REFERENCE = IdentifierRule("court_case_reference", _pattern(r"\d{2}/\d{4}/\d{1,6}[A-Z]"), "NN/NNNN/NNNNNNL")
CRN = IdentifierRule("crn", _pattern(r"[A-Z]\d{6}"), "A999999")
NOMS_NUMBER = IdentifierRule("noms_number", _pattern(r"[A-Z]\d{4}[A-Z]{2}"), "A9999AA")
POSTCODE = IdentifierRule("postcode", postcode, "a United Kingdom postcode")
ETHNICITY = IdentifierRule("ethnicity", ethnicity, "a code of the 16+1 classification")

_short = Field(min_length=1, max_length=80)

PncId = Annotated[str, _short, AfterValidator(PNC_ID.keep), PNC_ID, Category.IDENTITY]
CroNumber = Annotated[str, _short, AfterValidator(CRO_NUMBER.keep), CRO_NUMBER, Category.IDENTITY]
ArrestSummonsNumber = Annotated[str, _short, AfterValidator(ASN.keep), ASN, Category.IDENTITY]
Crn = Annotated[str, _short, AfterValidator(CRN.keep), CRN, Category.IDENTITY]
NomsNumber = Annotated[str, _short, AfterValidator(NOMS_NUMBER.keep), NOMS_NUMBER, Category.IDENTITY]
Ptiurn = Annotated[str, _short, AfterValidator(PTIURN.keep), PTIURN, Category.CASE]
OuCode = Annotated[str, _short, AfterValidator(OU_CODE.keep), OU_CODE, Category.CASE]
CourtCaseReference = Annotated[str, _short, AfterValidator(CASE_REFERENCE.keep), CASE_REFERENCE, Category.CASE]
OffenceCode = Annotated[str, _short, AfterValidator(OFFENCE_CODE.keep), OFFENCE_CODE, Category.OFFENCE]
Postcode = Annotated[str, _short, AfterValidator(POSTCODE.keep), POSTCODE, Category.CONTACT]
Ethnicity = Annotated[str, _short, AfterValidator(ETHNICITY.keep), ETHNICITY, Category.DIVERSITY]
DateOfBirth = Annotated[str, AfterValidator(_strict_partial_date), Category.IDENTITY]
