"""The systems, their samples and what may come of a document, for the contract suites of the systems."""

import dataclasses
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import adapters.systems
import schemas.kinds
from adapters.contract import Decoded, System
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused

CATALOGUE = Catalogue.discover()
KINDS_FOLDER = Path(schemas.kinds.__path__[0])
SYSTEMS_FOLDER = Path(adapters.systems.__path__[0])
NAMES = sorted(module.name for module in pkgutil.iter_modules(adapters.systems.__path__) if module.ispkg)


@cache
def system_named(name: str) -> System:
    found: System = importlib.import_module(f"adapters.systems.{name}.adapter").system()
    return found


def samples_of(name: str, *, refused: bool) -> list[Path]:
    files = sorted(path for path in (SYSTEMS_FOLDER / name / "samples").iterdir() if path.is_file())
    return [path for path in files if path.name.startswith("refused-") == refused]


def outcome(system: System, body: bytes) -> Decoded | Refused:
    """Nothing but these two may come of a document, whatever it holds."""
    try:
        decoded = system.decode(body, {})
    except Refused as refusal:
        assert refusal.problems, "a refusal says why"
        assert_told(refusal.problems)
        return refusal
    assert decoded.drafts, "what yields no message is refused"
    assert_told(decoded.refused)
    return decoded


def assert_told(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        assert all(dataclasses.astuple(problem)), problem
        assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", problem.code), problem.code
