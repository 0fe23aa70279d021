"""How the command line speaks: tables and words on a terminal, one JSON document with `--json`."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from hub.cli.speaking.tables import table as table
from hub.cli.speaking.visible import visible
from hub.spreadsheets import as_csv
from schemas.json import Json
from schemas.problem import Problem

if TYPE_CHECKING:
    from rich.console import Console


def out() -> "Console":
    from hub.cli.speaking.terminal import screen

    return screen()


def err() -> "Console":
    from hub.cli.speaking.terminal import screen

    return screen(stderr=True)


def cells(records: Iterable[Mapping[str, object]], columns: Sequence[str]) -> list[list[object]]:
    """The rows of a table that shows these columns of each record."""
    return [[record[column] for column in columns] for record in records]


def print_json(value: Json) -> None:
    sys.stdout.write(visible(json.dumps(value, indent=2, ensure_ascii=False)) + "\n")


def print_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    sys.stdout.write(as_csv(columns, rows))


def print_problems(problems: Iterable[Problem], console: "Console | None" = None) -> None:
    """Two lines for each: what is wrong and where, and what to do."""
    screen = console or err()
    for problem in problems:
        place = f" at {problem.where}" if problem.where else ""
        screen.print(f"{problem.code}{place}: {problem.problem}", markup=False, soft_wrap=True)
        screen.print(f"  What to do: {problem.cure}", markup=False, soft_wrap=True)
