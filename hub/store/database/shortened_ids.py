"""Finds things by the first characters of their ids, as people type them."""

from sqlalchemy import ColumnElement, Text, cast

ENOUGH = 2
"""Read this many rows: two show that the characters fit more than one."""


def begins_with(id: ColumnElement[object], characters: str) -> ColumnElement[bool]:
    return cast(id, Text).startswith(characters, autoescape=True)
