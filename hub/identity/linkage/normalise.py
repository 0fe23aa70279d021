"""The form in which records are compared: one spelling for values that agencies write in many ways. Pure."""

import re
from dataclasses import dataclass

from hub.identity.linkage.records import PersonRecord
from schemas.spelling import one_spelling, words

# The last word of a street, as it is often shortened. At the start of a name `St` means a saint, so only the last word
# counts.
_STREET_WORDS = {
    "av": "avenue",
    "ave": "avenue",
    "cl": "close",
    "cres": "crescent",
    "ct": "court",
    "dr": "drive",
    "gdns": "gardens",
    "gr": "grove",
    "ln": "lane",
    "pl": "place",
    "rd": "road",
    "sq": "square",
    "st": "street",
    "tce": "terrace",
    "terr": "terrace",
}
# Values that systems write if they must write a date and know none.
_PLACEHOLDERS = frozenset({"19000101", "19010101", "99991231"})
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-/.]?([0-9]{2})(?:[-/.]?([0-9]{2}))?)?(?:[T ].*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Comparable:
    """A record in comparable form. None if nothing is known.

    `born` is YYYY, YYYYMM or YYYYMMDD: digits as they were given, even if the day does not exist, because a mistyped
    date still resembles the true one.
    """

    given: str | None
    surname: str | None
    born: str | None
    house: str | None
    street: str | None
    locality: str | None
    town: str | None
    postcode: str | None


def comparable(record: PersonRecord) -> Comparable:
    return Comparable(
        given=_plain(record.given_name),
        surname=_plain(record.surname),
        born=_born(record.date_of_birth),
        house=_number(record.house),
        street=_street(record.street),
        locality=_plain(record.locality),
        town=_plain(record.town),
        postcode=_number(record.postcode),
    )


def _plain(text: str | None) -> str | None:
    return (one_spelling(text) or None) if text is not None else None


def _number(text: str | None) -> str | None:
    """The same as `_plain`, but a number that a spreadsheet made a fraction (`12.0`) becomes whole again."""
    return _plain(re.sub(r"^\s*([0-9]+)\.0\s*$", r"\1", text)) if text is not None else None


def _street(text: str | None) -> str | None:
    written = words(text or "")
    if len(written) > 1:
        written[-1] = _STREET_WORDS.get(written[-1], written[-1])
    return "".join(written) or None


def _born(text: str | None) -> str | None:
    """Digits, year first. None for a text that is not a date, and for placeholders."""
    written = re.sub(r"\.0$", "", text.strip()) if text is not None else ""
    if match := _YEAR_FIRST.fullmatch(written):
        digits = "".join(part for part in match.groups() if part)
    elif match := _DAY_FIRST.fullmatch(written):
        day, month, year = match.groups()
        digits = f"{year}{month.zfill(2)}{day.zfill(2)}"
    else:
        return None
    return None if digits in _PLACEHOLDERS else digits
