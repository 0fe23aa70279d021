"""Looks things up by the first characters of their ids, as people type them."""

from sqlalchemy import ColumnElement, Text, cast

ENOUGH = 2
"""So many are read: enough to know that the characters fit several."""


def begins_with(id: ColumnElement[object], characters: str) -> ColumnElement[bool]:
    return cast(id, Text).startswith(characters, autoescape=True)
