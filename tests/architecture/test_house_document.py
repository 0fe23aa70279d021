"""A newcomer begins with docs/house.md, so everything that it names must exist, and no room may be missing."""

import re

from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs" / "house.md").read_text()
TREES = re.findall(r"^```\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)


def test_every_file_and_folder_that_it_names_is_there() -> None:
    named = re.findall(r"`((?:hub|adapters|schemas|workers|tests)/[\w/.]*)`", DOCUMENT)
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_its_tree_has_every_room_of_the_hub_and_no_other() -> None:
    drawn, floor = set(), ""
    for line in TREES[0].splitlines():
        if line.startswith("hub/"):
            floor = line.split("/")[1].split()[0]
            drawn.add(floor)
        else:
            drawn.add(f"{floor}/{line.split()[0]}")
    folders = {file.parent.relative_to(ROOT / "hub") for file in (ROOT / "hub").glob("*/**/*.py")}
    rooms = {"/".join(folder.parts[:2]) for folder in folders}
    assert rooms <= drawn, "a room is missing"
    assert {name for name in drawn if not (ROOT / "hub" / name).exists()} == set()
