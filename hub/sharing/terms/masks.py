"""What is shown in place of a value if the recipient may know only a part of it, or only that it exists. Pure."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from schemas.fields import POSTCODE, partial_date
from schemas.json import Json
from schemas.shape import Leaf

MASKED_TEXT = "[withheld]"

Mask = Callable[[Json], str]

_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?|GIR")


def mask_of(leaf: Leaf) -> Mask | None:
    """A postcode keeps its outward part, a date of birth its year, a text nothing. None if every possible mask could be
    mistaken for a real value: a number, a day, an item of a closed list."""
    if leaf.rule is POSTCODE:
        return _outward_part
    if can_hold(leaf, MASKED_TEXT):
        return _nothing_of
    if can_hold(leaf, "1970") and can_hold(leaf, "1970-01-31"):
        return _year
    return None


def can_hold(leaf: Leaf, text: str) -> bool:
    """Whether the text could be a value of the field."""
    form: Any = Annotated[(leaf.holds, *leaf.marks)]  # Built at run time, so no type checker can know it.
    try:
        return bool(TypeAdapter(form).validate_python(text) == text)
    except ValidationError:
        return False


def _nothing_of(_: Json) -> str:
    return MASKED_TEXT


def _year(value: Json) -> str:
    text = str(value)
    return text[:4] if partial_date(text) else MASKED_TEXT


def _outward_part(value: Json) -> str:
    text = str(value).strip().upper()
    outward = (POSTCODE.canonical(text) or text).split(" ")[0]
    return outward if _OUTWARD.fullmatch(outward) else MASKED_TEXT
