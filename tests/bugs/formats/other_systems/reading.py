"""The input documents of these tests, with made-up people, and what an agency's system reads in them."""

from importlib import import_module
from pathlib import Path

from adapters.contract import Decoded, System
from tests.bugs.formats.documents import INPUTS

OTHER_INPUTS = INPUTS / "other_systems"


def system_named(name: str) -> System:
    found: System = import_module(f"adapters.systems.{name}.adapter").system()
    return found


def read(system: str, file: str) -> Decoded:
    """All of the document must be accepted."""
    found = system_named(system).decode((OTHER_INPUTS / file).read_bytes(), {})
    assert found.refused == ()
    return found


def input_of(file: str) -> Path:
    return OTHER_INPUTS / file
