"""A list of the console: shown as a table, and given as CSV."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.spreadsheets import as_csv

_MOMENT = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d [A-Z]{3})?")


@dataclass(frozen=True, slots=True)
class ListCell:
    """`href` leads on. `colour` makes it a tag; the words say the same without it."""

    text: str
    href: str | None = None
    colour: str | None = None
    numeric: bool = False
    breaks: bool = False
    """A long text without spaces may be broken anywhere."""

    @property
    def is_moment(self) -> bool:
        """A day or a time stays on one line."""
        return _MOMENT.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Listing:
    """Its rows have as many cells as it has columns. `nothing` is said when there are none."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[ListCell, ...], ...]
    nothing: str

    def is_numeric(self, column: int) -> bool:
        return any(row[column].numeric for row in self.rows)

    def as_csv(self) -> str:
        return as_csv(self.columns, ([cell.text for cell in row] for row in self.rows))


def listing(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[ListCell | str | int | None]], nothing: str
) -> Listing:
    return Listing(caption, tuple(columns), tuple(tuple(map(_cell, row)) for row in rows), nothing)


def _cell(value: ListCell | str | int | None) -> ListCell:
    if isinstance(value, ListCell):
        return value
    if isinstance(value, int):
        return ListCell(f"{value:,}", numeric=True)
    return ListCell(value or "")
