"""The wheel is installed in an empty environment, far from the checkout, and plays a story there."""

import os
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT
from tests.effort import LONG

pytestmark = pytest.mark.skipif(not LONG, reason="installing it anew takes a minute and a half: make test-long")


def _run(*command: str | Path, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "PYTHON"))}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.long
def test_the_wheel_carries_all_that_it_needs_and_plays_a_story_in_an_empty_folder(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", ROOT, "-w", tmp_path, folder=tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as inside:
        assert {name.split("/")[0] for name in inside.namelist() if ".dist-info" not in name} == {
            *("adapters", "hub", "schemas", "workers")
        }, "and no tests"
        assert "hub/console/static/govuk-frontend.css" in inside.namelist()
    venv.create(tmp_path / "environment", with_pip=True)
    programs = tmp_path / "environment" / "bin"
    _run(programs / "pip", "install", "--quiet", f"{wheel}[server]", folder=tmp_path)
    told = _run(programs / "hub", "demo", "--story", "breach_warrant", folder=tmp_path)
    assert "clock warrant_open met" in told
    assert "whole" in told, "its journal is checked"
