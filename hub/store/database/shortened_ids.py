"""Finds things by the first characters of their ids, as people type them."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false

ENOUGH = 2
"""Read this many rows: two show that the characters fit more than one."""
_PATTERN = "-".join("x" * length for length in (8, 4, 4, 4, 12))
_WRITTEN = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def begins_with(id: ColumnElement[object], characters: str) -> ColumnElement[bool]:
    """The ids between the smallest and the largest that begin so, because an index finds these at once."""
    lowest, highest = (characters + _PATTERN[len(characters) :].replace("x", digit) for digit in "0f")
    if not _WRITTEN.fullmatch(lowest):  # no id begins so
        return false()
    return and_(id >= UUID(lowest), id <= UUID(highest))
