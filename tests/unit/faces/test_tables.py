"""Every table of the command line, whatever its cells hold: ids, agencies and times stay whole at every width."""

import ast
import fcntl
import importlib
import os
import pty
import random
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from hub.cli.speaking.tables import SpokenTable, table
from tests.conftest import ROOT

WIDTHS = (80, 100, 120)
MOMENT = "2026-03-02T09:00:00+00:00"
AGENCIES = ("probation-kent-surrey-and-sussex", "prison-durham", "court-b04ah")
SENTENCE = "the recipient answered that it has no such person, and asks whether the prison has moved them meanwhile"
LONG_CODE = "partner.message_was_refused_by_its_schema"
BOXES = re.compile("[\u2500-\u257f]")


@dataclass(frozen=True)
class Called:
    """A call of `table` in the source: where it is, and the names of its columns."""

    place: str
    columns: tuple[str, ...]


def _functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for file in sorted((ROOT / "hub" / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield file, node


def _columns(file: Path, function: ast.FunctionDef, wanted: ast.expr) -> tuple[str, ...]:
    """Evaluate the names of the columns, with what the module knows and the function imports and assigns before."""
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    known: dict[str, object] = dict(vars(importlib.import_module(module)))
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom):
            exec(compile(ast.Module([node], []), "imports", "exec"), known)  # noqa: S102 - our own source
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name):
            try:
                known[target.id] = eval(ast.unparse(node.value), known)  # noqa: S307
            except (NameError, AttributeError, TypeError):
                continue  # it is made of what only a run has
    return tuple(str(name) for name in eval(ast.unparse(wanted), known))  # noqa: S307


def _calls() -> Iterator[Called]:
    for file, function in _functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "table":
                if file.name == "tables.py":
                    continue
                yield Called(f"{file.relative_to(ROOT)}:{node.lineno}", _columns(file, function, node.args[1]))


CALLS = list(_calls())
TIMED = re.compile(r"\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def _filled(called: Called, seed: int) -> tuple[SpokenTable, list[str], str]:
    """Return the table with cells that are long, what must stay whole in it, and all that it says."""
    draw = random.Random(seed)
    rows = []
    whole: list[str] = []
    for _ in range(4):
        row: list[object] = []
        for number, _column in enumerate(called.columns):
            id = str(UUID(int=draw.getrandbits(128), version=4))
            cell = draw.choice([id, *AGENCIES, MOMENT, SENTENCE, LONG_CODE, ", ".join(AGENCIES), 1234, "", None])
            row.append(id if number == 0 else cell)
        rows.append(row)
        kept = [cell for cell in row if isinstance(cell, str) and cell not in (SENTENCE, MOMENT)]
        whole += [part for cell in kept for part in _parts(cell)]
    return table("a title", called.columns, rows), whole, " ".join(str(cell) for row in rows for cell in row)


def _parts(cell: str) -> list[str]:
    return [part for part in cell.split(", ") if part]


def test_the_tables_are_found() -> None:
    assert len(CALLS) >= 40
    assert all(called.columns for called in CALLS)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("called", CALLS, ids=[called.place for called in CALLS])
def test_no_id_agency_or_time_is_broken(called: Called, width: int) -> None:
    for seed in range(6):
        made, whole, said = _filled(called, seed)
        lines = made.lines(width, "─")
        assert all(len(line) <= width for line in lines), lines
        text = "\n".join(lines)
        for part in whole:
            assert text.count(part) >= whole.count(part), (part, text)
        assert len(TIMED.findall(text)) == said.count(MOMENT)
        assert sorted(re.findall(r"[a-z]{4,}", text)).count("meanwhile") == said.count("meanwhile"), "nothing is cut"


@pytest.mark.parametrize("called", CALLS, ids=[called.place for called in CALLS])
def test_without_a_terminal_a_row_is_one_line(called: Called) -> None:
    made, whole, _ = _filled(called, 1)
    lines = made.lines(None)
    assert len(lines) == 2 + len(made.rows)
    assert not BOXES.search("".join(lines))
    assert all(any(part in line for line in lines) for part in whole)


def test_columns_that_fit_are_beside_each_other_and_others_below_each_other() -> None:
    id = str(UUID(int=7))
    rows = [(id, "prison-durham", "court_list", MOMENT)]
    wide, narrow = (table("", ("id", "to", "kind", "since"), rows).lines(width, "─") for width in (120, 60))
    assert len(wide) == 3
    assert [line.split()[0] for line in narrow if line] == ["id", "to", "kind", "since"]


def test_a_column_without_a_value_is_not_shown_on_a_terminal_and_kept_for_a_program() -> None:
    made = table("", ("recipient", "paused_because"), [("prison-durham", None)])
    assert "paused" not in "\n".join(made.lines(80, "─"))
    assert "paused because" in made.lines(None)[0]


def test_what_others_wrote_cannot_make_a_line_or_move_the_cursor() -> None:
    lines = table("", ("id", "cause"), [("a", "first\nsecond\x1b[2J\x1f")]).lines(80, "─")
    assert len(lines) == 3
    assert "\x1b" not in "".join(lines)
    assert "\\n" in lines[2] and "\\u001b" in lines[2] and "\\u001f" in lines[2]


@pytest.mark.parametrize(
    ("environment", "has_boxes"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
    ids=["a terminal", "TERM=dumb", "NO_COLOR"],
)
def test_on_a_terminal_the_width_is_kept_and_lines_are_drawn_only_where_they_are_wanted(
    environment: dict[str, str], has_boxes: bool
) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    usual = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS", "LINES")}
    command = [sys.executable, "-c", PRINTED]
    ran = subprocess.run(command, stdout=theirs, cwd=ROOT, env=usual | environment, timeout=60, check=True)
    os.close(theirs)
    text = os.read(ours, 10_000).decode()
    os.close(ours)
    lines = re.sub("\x1b\\[[0-9;]*m", "", text).splitlines()
    assert ran.returncode == 0
    assert bool(BOXES.search(text)) is has_boxes
    assert ("\x1b" in text) is has_boxes
    assert max(map(len, lines)) <= 80
    assert sum("prison-durham" in line for line in lines) == 1


PRINTED = f"""
from hub.cli.speaking.screen import out, table
out().print(table("1 item", ("id", "cause"), [("prison-durham", {SENTENCE!r})]))
"""
