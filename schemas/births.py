"""Dates of birth that cannot be: later than the document, or before 1900. They are kept as they came and flagged."""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from schemas.shape import Flag, leaves_of, values_at

FIRST_YEAR = "1900"
_BORN = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def birth_flags(payload: BaseModel, on: date) -> tuple[Flag, ...]:
    """`on` is the day of the document: nobody in it was born later. Everybody's date counts, victims' too."""
    return tuple(_flags(payload, on.isoformat()))


def _flags(payload: BaseModel, on: str) -> Iterator[Flag]:
    document = payload.model_dump(mode="json")
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
