"""docs/architecture.md names ten steps, and files and processes that are there."""

import importlib.util
import re

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()


def test_a_message_goes_its_way_in_ten_steps_through_files_that_are_there() -> None:
    steps = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, 11))
    assert all(re.findall("`([^`]+)`", files) for _, files in steps)
    named = re.findall(r"`((?:hub|workers|adapters|schemas)/[^`]+)`", PAGE)
    assert len(named) > 15 and [file for file in named if not (ROOT / file).is_file()] == []


def test_the_processes_that_it_names_can_be_started() -> None:
    modules = re.findall(r"`python -m ([a-z.]+)", PAGE)
    assert len(modules) == 3 and all(importlib.util.find_spec(module) for module in modules)
