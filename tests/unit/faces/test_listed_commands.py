"""`hub` lists its commands by name, and imports what a command needs only when that command runs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from hub.cli.listed import LISTED, Group
from hub.cli.main import create_cli
from tests.conftest import ROOT

HEAVY = (
    *("alembic", "asyncssh", "celery", "cryptography", "duckdb", "fastapi", "holidays", "jinja2", "joserfc", "lxml"),
    *("psycopg", "pydantic_settings", "rich", "signxml", "splink", "sqlalchemy", "structlog", "urllib3", "uvicorn"),
    *("adapters.catalogue", "hub.api", "hub.bootstrap", "hub.settings", "hub.store", "schemas.catalogue", "workers"),
)
"""Modules that take long to import, or that import such modules."""


def _imported(program: str) -> set[str]:
    """Return which of the heavy modules a process has imported when it ends."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*{set(HEAVY)!r} & sys.modules.keys())"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.splitlines()[-1].split())


def test_help_imports_nothing_that_takes_long() -> None:
    help = "from hub.cli.main import create_cli\ncreate_cli()(['--help'], standalone_mode=False)"
    assert _imported(help) == set()


def test_commands_have_imported_nothing_that_takes_long_before_they_begin() -> None:
    assert _imported("from hub.cli.listed import LISTED\n[each.load() for each in LISTED]") == set()


def test_each_module_has_the_commands_that_are_listed_for_it_and_no_others() -> None:
    def has(room: str, module: str) -> set[str]:
        found = typer.Typer()
        sys.modules[f"hub.cli.{room}.{module}"].add_commands(found)
        return set(get_group(found).commands)

    for each in LISTED:
        each.load()
    listed: dict[tuple[str, str], set[str]] = {}
    for each in LISTED:
        listed.setdefault((each.room, each.module), set()).add(each.name)
    assert {where: has(*where) for where in listed} == listed


def test_no_command_is_listed_twice() -> None:
    assert len({each.name for each in LISTED}) == len(LISTED)


def test_help_prints_every_command_with_its_summary_on_one_line() -> None:
    printed = CliRunner().invoke(create_cli(), ["--help"], env={"COLUMNS": "80"}).output.splitlines()
    for each in LISTED:
        assert any(f" {each.name} " in line and each.summary in line for line in printed), each.name


def test_help_is_in_groups_and_names_no_type_of_python() -> None:
    printed = CliRunner().invoke(create_cli(), ["--help"], env={"COLUMNS": "80"}).output
    headings = [line.removesuffix(":") for line in printed.splitlines() if line[:1].isalpha() and line.endswith(":")]
    assert headings == ["Options", *Group]
    for words in _helps():
        printed = CliRunner().invoke(create_cli(), [*words, "--help"]).output
        assert not re.search("<(bool|str|int|float|dir|file|UUID|datetime)", printed), words
        assert not re.search("[\u2500-\u257f]", printed), words


def _helps() -> Iterator[list[str]]:
    for each in LISTED:
        yield [each.name]
        yield from ([each.name, inner] for inner in getattr(each.load(), "commands", {}))


def test_the_help_of_every_command_takes_less_than_300_ms_of_cpu() -> None:
    """Another process may be at work on the same core, and the first try may compile a module: the cheapest counts."""

    def seconds(*words: str) -> float:
        before = os.times()
        ran = subprocess.run(
            [sys.executable, "-m", "hub.cli", *words, "--help"], capture_output=True, timeout=60, cwd=ROOT, check=True
        )
        assert b"Usage: " in ran.stdout
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    dearest = ("demo", "backup", "quarantine", "rules")
    for words in ((), *((name,) for name in dearest)):
        assert any(seconds(*words) < 0.3 for _ in range(5)), words


def test_the_version_is_that_of_the_package() -> None:
    printed = CliRunner().invoke(create_cli(), ["--version"])
    assert (printed.exit_code, printed.output) == (0, f"hub {version('justice-exchange')}\n")


@pytest.mark.parametrize(
    ("words", "offered"),
    [("hub quar", ["quarantine"]), ("hub quarantine pla", ["plans", "plan"]), ("hub messages --st", ["--state"])],
)
def test_a_shell_completes_commands_and_options(words: str, offered: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from hub.cli.main import create_cli; create_cli()(prog_name='hub')"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=os.environ | {"_HUB_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": f"{words.count(' ')}"},
        check=False,
    )
    assert ran.stdout.split() == offered, ran.stderr


def test_every_command_says_more_in_its_own_help() -> None:
    for each in LISTED:
        assert each.load().help, each.name


def test_a_wrong_name_is_answered_with_the_one_that_is_close() -> None:
    answer = CliRunner().invoke(create_cli(), ["quarantin"])
    assert answer.exit_code == 2
    assert "Did you mean 'quarantine'?" in answer.output
