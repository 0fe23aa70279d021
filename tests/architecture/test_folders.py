"""A folder is a room, and a reader must be able to see at a glance what is in it."""

from collections import Counter

from tests.architecture.modules import PACKAGES
from tests.conftest import ROOT

FILES_MAX = 15
DATA = {
    "adapters/systems/hub_json/samples": "a sample of each kind",
    "hub/store/migrations/versions": "each change of the schema, in order",
    "schemas/protocols": "the protocols, one a file",
}
"""Folders of many files of one sort, which nobody reads from end to end."""


def test_no_room_has_more_files_than_one_can_look_over() -> None:
    files = (file for folder in (*PACKAGES, "docs", "tests") for file in (ROOT / folder).rglob("*"))
    counted = Counter(file.parent for file in files if file.is_file() and "__pycache__" not in file.parts)
    full = {str(folder.relative_to(ROOT)): count for folder, count in counted.items() if count > FILES_MAX}
    assert full.keys() == DATA.keys(), f"make rooms in {full}, or say why in DATA"
