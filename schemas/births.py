"""Flags dates of birth that cannot be right: later than the document, before 1900, or outside the ages that a court
deals with.

A flagged date is kept as received.
"""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from schemas.parts.person import OLDEST, YOUNGEST, age_on
from schemas.shape import Flag, leaves_of, values_at

FIRST_YEAR = "1900"
_BORN = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def birth_flags(payload: BaseModel, on: date) -> tuple[Flag, ...]:
    """Yield a flag for each impossible date of birth in the payload. `on` is the day of the document; nobody in it was
    born later. Every person in the payload is checked, victims included."""
    return tuple(_flags(payload, on))


def _flags(payload: BaseModel, day: date) -> Iterator[Flag]:
    document, on = payload.model_dump(mode="json"), day.isoformat()
    paths = {leaf.path for leaf in leaves_of(type(payload))}
    for leaf in leaves_of(type(payload)):
        if leaf.path.rpartition(".")[2] != "date_of_birth":
            continue
        for at, born in values_at(document, leaf.path):
            if not _BORN.fullmatch(born):
                continue  # a victim's date of birth is free text
            if born > on[: len(born)]:
                yield Flag(at, "birth.after_document", "is later than the document; kept as received")
            elif born < FIRST_YEAR:
                yield Flag(at, "birth.before_1900", f"is before {FIRST_YEAR}; kept as received")
            elif f"{leaf.path.removesuffix('date_of_birth')}pnc_id" in paths and _is_no_age(born, day):
                problem = f"makes the person under {YOUNGEST} or over {OLDEST} years old; kept as received"
                yield Flag(at, "birth.no_age_for_a_court", problem)


def _is_no_age(born: str, day: date) -> bool:
    """Only defendants and offenders are checked, because a witness may be a child."""
    return len(born) == len("YYYY-MM-DD") and age_on(born, day) is None
