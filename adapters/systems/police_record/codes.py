"""The police's words and codes, and the plain words that the agencies share. Unknown ones are kept as received."""

from collections.abc import Mapping
from types import MappingProxyType


def _table(words: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(words))


# The first way of writing a meaning is the one that is used for writing.
PLEAS = _table(
    {
        "Guilty": "guilty",
        "Not Guilty": "not guilty",
        "No Plea Taken": "no plea",
        "Consented": "consents",
        "Resisted": "opposed",
        "Admits": "admits",
        "Denies": "denies",
        "1": "guilty",
        "2": "not guilty",
        "3": "no plea",
        "4": "consents",
        "5": "opposed",
        "6": "guilty",
        "7": "admits",
        "8": "denies",
    }
)

ADJUDICATIONS = _table(
    {
        "Guilty": "guilty",
        "Not Guilty": "not guilty",
        "Non-Conviction": "no conviction",
        "Guilty of Alternative Offence": "guilty of alternative offence",
        "Caution": "caution",
        "G": "guilty",
        "N": "not guilty",
        "X": "no conviction",
        "O": "no conviction",
        "A": "guilty of alternative offence",
        "C": "caution",
    }
)

CONVICTED = frozenset(["guilty", "guilty of alternative offence"])

UNITS = _table(
    {
        "hours": "H",
        "days": "D",
        "weeks": "W",
        "months": "M",
        "years": "Y",
        "life": "L",
        "hour": "H",
        "day": "D",
        "week": "W",
        "month": "M",
        "year": "Y",
        "H": "H",
        "D": "D",
        "W": "W",
        "M": "M",
        "Y": "Y",
        "L": "L",
    }
)

SEXES = _table(
    {
        "male": "male",
        "female": "female",
        "not known": "not_known",
        "not specified": "not_specified",
        "M": "male",
        "F": "female",
        "U": "not_known",
    }
)


def meaning_of(table: Mapping[str, str], written: str) -> str | None:
    """Return the meaning; None if the table does not have it. Capitals do not matter."""
    wanted = written.casefold()
    return next((meaning for way, meaning in table.items() if way.casefold() == wanted), None)


def written_as(table: Mapping[str, str], meaning: str) -> str | None:
    """Return how the police write it: a word that the table does not have stays as it is; None if it would be read as
    another."""
    known = next((way for way, held in table.items() if held == meaning), None)
    return known or (meaning if meaning_of(table, meaning) is None else None)
