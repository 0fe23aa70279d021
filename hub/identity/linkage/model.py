"""The linkage model: what is compared, which levels of agreement there are, and how often each occurs. Pure data.

For each level, `same` is how often it occurs between two records of one person (Splink's m probability). `other` is how
often it occurs between records of two people (the u probability). docs/linkage.md says where each figure comes from.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.identity.linkage.homes import HOME_KEYS


class AgreementLevel(StrEnum):
    YES = "yes"
    PARTLY = "partly"  # too little to distinguish members of a family
    NO = "no"
    UNKNOWN = "unknown"


class Chance(StrEnum):
    """How the chance of a level between two people is found (`weigh.py`)."""

    FIXED = "fixed"  # it is the figure `other`
    SHARE = "share"  # how common the value is
    SLIP = "slip"
    SHORTENED = "shortened"
    CHANGED_PLACES = "changed places"
    CHANGED_PLACES_ALIKE = "changed places, spelt differently"
    SWAPPED = "day and month swapped"
    DIGIT = "digit"
    PARTS = "parts"
    MONTH = "month"
    YEAR = "year"
    DISTRICT = "district"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of agreement: a DuckDB condition on the two records (`_l`, `_r`), and how often it occurs.

    Unless `chance` is FIXED, `other` only serves to find the pairs that are worth weighing: it is the least that the
    chance can be.
    """

    condition: str
    words: str
    same: float
    other: float
    chance: Chance = Chance.FIXED
    frequency_of: str | None = None  # the column whose frequency of the value replaces `other` when pairs are found
    agreement: AgreementLevel = AgreementLevel.YES


@dataclass(frozen=True, slots=True)
class Comparison:
    name: str
    unknown: str  # the condition under which nothing is known
    levels: tuple[Level, ...]


UNKNOWN = Level("", "not known", 1.0, 1.0, agreement=AgreementLevel.UNKNOWN)


def _edit(left: str, right: str) -> str:
    """One letter is missing, added, wrong or swapped with its neighbour."""
    return f"(length(least({left}, {right})) > 0 and damerau_levenshtein({left}, {right}) <= 1)"


def _alike(left: str, right: str) -> str:
    return f"({left} = {right} or {_edit(left, right)} or jaro_winkler_similarity({left}, {right}) >= 0.92)"


_SWAPPED = "(given_l = surname_r and surname_l = given_r)"
_SWAPPED_ALIKE = f"({_alike('given_l', 'surname_r')} and {_alike('surname_l', 'given_r')})"
_CROSSED = "(given_l = surname_r or surname_l = given_r)"
_BEGINS = "(length({0}_l) >= 3 and length({0}_r) >= 3 and (starts_with({0}_l, {0}_r) or starts_with({0}_r, {0}_l)))"

_SHORTENED = (
    "(starts_with(given_l, given_r) or starts_with(given_r, given_l) or given_whole_l = given_whole_r "
    "or contains(given_whole_l, '|' || given_r || '|') or contains(given_whole_r, '|' || given_l || '|'))"
)

GIVEN = Comparison(
    "given name",
    f"(given_l is null or given_r is null) and not coalesce({_CROSSED}, false)",
    (
        Level("given_l = given_r", "the same", 0.83, 0.005, Chance.SHARE, "given"),
        Level(_SWAPPED, "given name and surname changed places", 0.008, 1e-6, Chance.CHANGED_PLACES, "given"),
        Level(
            _SWAPPED_ALIKE,
            "given name and surname changed places, spelt differently",
            0.002,
            2e-6,
            Chance.CHANGED_PLACES_ALIKE,
        ),
        Level(_SHORTENED, "a short form of the other", 0.06, 0.0003, Chance.SHORTENED),
        Level(_edit("given_l", "given_r"), "one letter different", 0.04, 0.0003, Chance.SLIP),
        Level("jaro_winkler_similarity(given_l, given_r) >= 0.88", "similar", 0.02, 0.005),
        Level(_CROSSED, "one name is in the other's place", 0.01, 0.001, agreement=AgreementLevel.PARTLY),
        Level("ELSE", "different", 0.03, 0.97, agreement=AgreementLevel.NO),
    ),
)
SURNAME = Comparison(
    "surname",
    "surname_l is null or surname_r is null",
    (
        Level("surname_l = surname_r", "the same", 0.86, 0.001, Chance.SHARE, "surname"),
        Level(f"{_SWAPPED} or {_SWAPPED_ALIKE}", "changed places with the given name", 0.01, 0.01),
        Level(_edit("surname_l", "surname_r"), "one letter different", 0.05, 0.0001, Chance.SLIP),
        Level(
            f"jaro_winkler_similarity(surname_l, surname_r) >= 0.88 or {_BEGINS.format('surname')}",
            "similar",
            0.03,
            0.004,
        ),
        Level("ELSE", "different", 0.05, 0.99, agreement=AgreementLevel.NO),
    ),
)
_WHOLE = "length(born_l) = 8 and length(born_r) = 8"
_NO_DAY = " or ".join(f"try_strptime({born}, '%Y%m%d') is null" for born in ("born_l", "born_r"))
_YEAR, _MONTH, _DAY = (f"substr(born_l, {s}, {n}) = substr(born_r, {s}, {n})" for s, n in ((1, 4), (5, 2), (7, 2)))
BORN = Comparison(
    "date of birth",
    "born_l is null or born_r is null",
    (
        Level(
            f"{_YEAR} and {_MONTH} and least(length(born_l), length(born_r)) = 6",
            "year and month the same",
            0.9,
            0.0003,
            Chance.MONTH,
            agreement=AgreementLevel.PARTLY,
        ),
        Level(
            f"{_YEAR} and least(length(born_l), length(born_r)) = 4",
            "the year is the same",
            0.9,
            0.004,
            Chance.YEAR,
            agreement=AgreementLevel.PARTLY,
        ),
        Level("born_l = born_r", "the same", 0.92, 0.00005, Chance.SHARE, "born"),
        Level(
            f"{_WHOLE} and {_YEAR} and substr(born_l, 5, 2) = substr(born_r, 7, 2) "
            "and substr(born_l, 7, 2) = substr(born_r, 5, 2)",
            "day and month changed places",
            0.006,
            0.00002,
            Chance.SWAPPED,
        ),
        # Two digits that changed places are another day: the 20th is not the 2nd. A day that does not exist is a slip.
        Level(
            f"{_WHOLE} and (levenshtein(born_l, born_r) = 1 "
            f"or (({_NO_DAY}) and damerau_levenshtein(born_l, born_r) = 1))",
            "one digit different",
            0.025,
            0.0003,
            Chance.DIGIT,
        ),
        Level(
            f"{_WHOLE} and (({_YEAR} and {_MONTH}) or ({_YEAR} and {_DAY}) or ({_MONTH} and {_DAY}))",
            "two of year, month and day the same",
            0.015,
            0.003,
            Chance.PARTS,
            agreement=AgreementLevel.PARTLY,
        ),
        Level("ELSE", "different", 0.03, 0.99, agreement=AgreementLevel.NO),
    ),
)
POSTCODE = Comparison(
    "postcode",
    "postcode_l is null or postcode_r is null",
    (
        Level("postcode_l = postcode_r", "the same", 0.70, 0.001, Chance.SHARE, "postcode"),
        Level("damerau_levenshtein(postcode_l, postcode_r) <= 1", "one character different", 0.05, 0.002),
        Level(
            "length(postcode_l) >= 5 and length(postcode_r) >= 5 and left(postcode_l, -3) = left(postcode_r, -3)",
            "the same district",
            0.05,
            0.001,
            Chance.DISTRICT,
        ),
        Level("ELSE", "different", 0.20, 0.98, agreement=AgreementLevel.NO),
    ),
)
_STREETS = " or ".join(
    f"coalesce({_alike(left, right)}, false)"
    for left, right in (("street_l", "street_r"), ("street_l", "locality_r"), ("locality_l", "street_r"))
)
ADDRESS = Comparison(
    "house and street",
    "coalesce(street_l, house_l) is null or coalesce(street_r, house_r) is null",
    (
        Level(f"house_l = house_r and ({_STREETS})", "the same", 0.60, 0.0001),
        Level(_STREETS, "the street is the same", 0.20, 0.001),
        Level("house_l = house_r", "the number is the same", 0.05, 0.012),
        Level("ELSE", "different", 0.15, 0.985, agreement=AgreementLevel.NO),
    ),
)
_LOCALITY = f"coalesce({_alike('locality_l', 'locality_r')}, false)"
_TOWN = f"coalesce({_alike('town_l', 'town_r')}, false)"
PLACE = Comparison(
    "locality and town",
    "coalesce(locality_l, town_l) is null or coalesce(locality_r, town_r) is null",
    (
        Level(f"{_LOCALITY} and {_TOWN}", "the same", 0.50, 0.0005, Chance.PLACE),
        Level(f"{_LOCALITY} or {_TOWN}", "one of the two is the same", 0.35, 0.005, Chance.PLACE),
        Level("ELSE", "different", 0.15, 0.99, agreement=AgreementLevel.NO),
    ),
)
COMPARISONS = (GIVEN, SURNAME, BORN, POSTCODE, ADDRESS, PLACE)

# Parts of one address are not independent. If the postcode agrees, so does the street of most strangers; if it differs,
# the person has moved, and the rest differs too. For the levels above in their order: how
# often of one person, and if two figures, of two people.
ADDRESS_WHERE_POSTCODE_AGREES = (0.75, 0.15, 0.03, 0.07)
PLACE_WHERE_POSTCODE_AGREES = (0.65, 0.30, 0.05)
ADDRESS_WHERE_POSTCODE_DIFFERS = ((0.10, 0.0001), (0.06, 0.001), (0.05, 0.012), (0.79, 0.987))
PLACE_WHERE_STREET_AGREES = (0.70, 0.25, 0.05)
PLACE_WHERE_HOME_DIFFERS = ((0.25, 0.0005), (0.25, 0.005), (0.50, 0.99))
TRAINED = (GIVEN, SURNAME, BORN, POSTCODE)

# Which pairs are compared at all: every way in which two records of one person usually still agree.
BLOCKING = (
    "l.born = r.born and length(l.born) = 8",
    "l.surname = r.surname and l.given = r.given",
    "l.surname = r.given and l.given = r.surname",
    "l.surname = r.surname and left(l.given, 3) = left(r.given, 3)",
    "l.given = r.given and left(l.surname, 3) = left(r.surname, 3)",
    *(
        f"l.{name} = r.{name} and {agreeing}"
        for name in ("surname", "given")
        for agreeing in (
            "left(l.born, 4) = left(r.born, 4)",
            "substr(l.born, 5) = substr(r.born, 5)",
            "l.postcode = r.postcode",
            "l.street = r.street",
            "l.house = r.house",
            "l.town = r.town",
        )
    ),
    "l.postcode = r.postcode and l.given = r.surname",
    "l.postcode = r.postcode and l.surname = r.given",
    "l.postcode = r.postcode and left(l.surname, 3) = left(r.surname, 3)",
    "l.postcode = r.postcode and left(l.given, 3) = left(r.given, 3)",
    *(f"l.{home} = r.{home}" for home in HOME_KEYS),
)
