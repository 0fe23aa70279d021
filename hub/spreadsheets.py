"""CSV for a spreadsheet, which would run a cell that begins like a formula: an apostrophe makes it text. Pure."""

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A value that is None is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless("" if value is None else str(value)) for value in row] for row in rows)
    return written.getvalue()


def harmless(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text
