"""The validators of the kinds are built when somebody uses them, or all at once before a process serves."""

import os
import subprocess
import sys

from tests.conftest import ROOT

PROGRAM = """
from schemas.catalogue import Catalogue
from schemas.parts.part import Part
def parts(base):
    return [found for part in base.__subclasses__() for found in (part, *parts(part))]
catalogue = Catalogue.discover()
assert len(parts(Part)) > 40
assert not [part for part in parts(Part) if part.__pydantic_complete__], "built though nobody uses it"
catalogue.load()
assert not [part for part in parts(Part) if not part.__pydantic_complete__], "not built though the process serves"
"""


def test_validators_are_built_late_and_all_of_them_before_a_process_serves() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
