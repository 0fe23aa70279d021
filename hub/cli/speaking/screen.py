"""How the command line speaks: tables and words on a terminal, one JSON document with `--json`."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from hub.spreadsheets import as_csv
from schemas.json import Json
from schemas.problem import Problem

_TO_BE_SEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]")

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID_LENGTH = 36
_WIDE = 120


def visible(text: str) -> str:
    """Characters that would move a terminal's cursor, colour it or turn its text round, as they are written in code."""
    return _TO_BE_SEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Screen(Console):
    """What others wrote is shown and never obeyed."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **options)


def out() -> Console:
    # In a pipe nothing is folded to a terminal's width: a program may be reading.
    return _Screen(width=None if sys.stdout.isatty() else 200, highlight=False)


def err() -> Console:
    return _Screen(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 200)


def cells(records: Iterable[Mapping[str, object]], columns: Sequence[str]) -> list[list[object]]:
    """The rows of a table that shows these columns of each record."""
    return [[record[column] for column in columns] for record in records]


def print_json(value: Json) -> None:
    sys.stdout.write(visible(json.dumps(value, indent=2, ensure_ascii=False)) + "\n")


def print_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    sys.stdout.write(as_csv(columns, rows))


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """An id is on one line, so that it can be copied. On a narrow terminal, if it would leave no room, it is folded."""
    made = Table(title=title, title_justify="left", header_style="bold", expand=False)
    shown = [["" if cell is None else visible(str(cell)).replace("\n", "\\n") for cell in row] for row in rows]
    is_wide = out().width >= _WIDE
    for number, column in enumerate(columns):
        whole = is_wide and any(_ID.fullmatch(row[number]) for row in shown)
        made.add_column(column, overflow="fold", no_wrap=whole, min_width=_ID_LENGTH if whole else None)
    for row in shown:
        made.add_row(*map(Text, row))
    return made


def print_problems(problems: Iterable[Problem], console: Console | None = None) -> None:
    screen = console or err()
    for problem in problems:
        place = f" at {problem.where}" if problem.where else ""
        screen.print(f"[bold]{problem.code}[/bold]{escape(place)}", soft_wrap=True)
        screen.print(f"  {problem.problem}", markup=False, soft_wrap=True)
        screen.print(f"  What to do: {problem.cure}", markup=False, soft_wrap=True)
