"""Tests run commands within their own process. These tests check that a process of its own would give the same
result."""

import logging
import os
import sys
from pathlib import Path

import pytest
import structlog

from tests.conftest import run_hub, run_hub_process


@pytest.mark.parametrize(
    "command",
    [("codes", "show", "1002"), ("codes", "show", "ZZZ9"), ("show", "0000")],
    ids=["prints a table", "is refused", "finds no exchange"],
)
def test_a_command_prints_the_same_as_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    here, there = (run(*command, state=tmp_path) for run in (run_hub, run_hub_process))
    assert (here.returncode, here.stdout, here.stderr) == (there.returncode, there.stdout, there.stderr)
    assert here.stdout + here.stderr != ""


def test_a_command_leaves_its_process_as_it_was(tmp_path: Path, database_url: str) -> None:
    def state() -> list[object]:
        logs = (structlog.get_config(), list(logging.getLogger().handlers), logging.getLogger().level)
        return [dict(os.environ), list(sys.argv), Path.cwd(), sys.stdin, sys.stdout, sys.stderr, *logs]

    before = state()
    listed = run_hub("hold", "list", "--json", state=tmp_path, HUB_DATABASE_URL=database_url)
    assert (listed.returncode, listed.stdout) == (0, "[]\n"), listed.stderr
    assert state() == before
    assert run_hub("show", "0000", state=tmp_path, HUB_DATABASE_URL=database_url).returncode == 1
    assert state() == before


def test_a_command_reads_what_is_typed(tmp_path: Path, database_url: str) -> None:
    words = ("people", "add", "ada.first", "--role", "operator", "--password-stdin")
    added = run_hub(*words, state=tmp_path, typed="seven quiet otters\n", HUB_DATABASE_URL=database_url)
    assert added.returncode == 0, added.stderr
    assert "manages people" in added.stdout
