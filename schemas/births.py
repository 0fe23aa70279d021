"""Dates of birth that cannot be: later than the document, before 1900, or of somebody who is no age for a court.

They are kept as they came and flagged."""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from schemas.parts.person import OLDEST, YOUNGEST, age_on
from schemas.shape import Flag, leaves_of, values_at

FIRST_YEAR = "1900"
_BORN = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def birth_flags(payload: BaseModel, on: date) -> tuple[Flag, ...]:
    """`on` is the day of the document: nobody in it was born later. Everybody's date counts, victims' too."""
    return tuple(_flags(payload, on))


def _flags(payload: BaseModel, day: date) -> Iterator[Flag]:
    document, on = payload.model_dump(mode="json"), day.isoformat()
    paths = {leaf.path for leaf in leaves_of(type(payload))}
    for leaf in leaves_of(type(payload)):
        if leaf.path.rpartition(".")[2] != "date_of_birth":
            continue
        for at, born in values_at(document, leaf.path):
            if not _BORN.fullmatch(born):
                continue  # a victim's is free text
            if born > on[: len(born)]:
                yield Flag(at, "birth.after_document", "is later than the document; kept as it came")
            elif born < FIRST_YEAR:
                yield Flag(at, "birth.before_1900", f"is before {FIRST_YEAR}; kept as it came")
            elif f"{leaf.path.removesuffix('date_of_birth')}pnc_id" in paths and _is_no_age(born, day):
                problem = f"makes the person under {YOUNGEST} or over {OLDEST} years old; kept as it came"
                yield Flag(at, "birth.no_age_for_a_court", problem)


def _is_no_age(born: str, day: date) -> bool:
    """Only of defendants and offenders: a witness may be a child."""
    return len(born) == len("YYYY-MM-DD") and age_on(born, day) is None
