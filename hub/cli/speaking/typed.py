"""Reads what is typed for an option or an argument. What cannot be used ends the command with exit code 2. The words
say what is allowed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import typer

from schemas.nearest import did_you_mean

_Choice = TypeVar("_Choice", bound=StrEnum)


def one_of(choices: type[_Choice]) -> Callable[[str], _Choice]:
    """A parser that takes one of the choices, and names the nearest of them, or all of them."""

    def read(typed: str) -> _Choice:
        try:
            return choices(typed.strip())
        except ValueError:
            known = did_you_mean(typed, choices, all_known_up_to=len(choices))
            raise typer.BadParameter(f"there is no {typed!r}; {known}") from None

    return read


def whole_id(of: str, see: str) -> Callable[[str], UUID]:
    """A parser that takes a whole id. `see` is the command that lists the ids."""

    def read(typed: str) -> UUID:
        try:
            return UUID(typed.strip())
        except ValueError:
            raise typer.BadParameter(f"that is not the id of a {of}; give the whole id, see: {see}") from None

    return read


def day(typed: str) -> date:
    """Raises BadParameter for a day that does not exist, or is written in another way."""
    try:
        found = date.fromisoformat(typed.strip())
        found + timedelta(days=1)  # some ask when the day is over
    except (ValueError, OverflowError):
        raise typer.BadParameter("that is not a date; write it as YYYY-MM-DD, a day that exists") from None
    return found


def shown_value(typed: str) -> str:
    """The value by which a second person says what they saw. Raises BadParameter."""
    if not re.fullmatch("[0-9a-f]{16}", plain := typed.strip().lower()):
        raise typer.BadParameter("that is not a value that was shown; give the 16 digits, see: hub approvals show")
    return plain
