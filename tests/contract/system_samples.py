"""The systems, their samples and the allowed results of a document, for the contract tests of the systems.

A folder that profiles drive is one system for each of them, `probation.icms`, with its samples in `samples/icms/`.
"""

import dataclasses
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import adapters.systems
import schemas.kinds
from adapters.catalogue import shipped_profiles
from adapters.contract import Decoded, System
from adapters.mapping.system import ProfiledSystem
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused
from tests.effort import LONG

CATALOGUE = Catalogue.discover()
KINDS_FOLDER = Path(schemas.kinds.__path__[0])
SYSTEMS_FOLDER = Path(adapters.systems.__path__[0])
FAMILIES = sorted(module.name for module in pkgutil.iter_modules(adapters.systems.__path__) if module.ispkg)


def _names_in(family: str) -> list[str]:
    profiles = SYSTEMS_FOLDER / family / "profiles"
    return [f"{family}.{path.stem}" for path in sorted(profiles.glob("*.toml"))] if profiles.is_dir() else [family]


NAMES = [name for family in FAMILIES for name in _names_in(family)]


@cache
def _family(name: str) -> dict[str, System]:
    module = importlib.import_module(f"adapters.systems.{name}.adapter")
    found = module.systems(shipped_profiles(name)) if hasattr(module, "systems") else (module.system(),)
    return {system.name: system for system in found}


def system_named(name: str) -> System:
    return _family(name.partition(".")[0])[name]


def is_tried(name: str, kind: str) -> bool:
    """Whether the tests of writing try this kind in this system. One rule lays out many kinds of an area's system, so
    `make test` tries each of these kinds in a few systems, and each system with a few of them."""
    system = system_named(name)
    if LONG or not isinstance(system, ProfiledSystem):
        return True
    exchange = system.profile.exchange_of(kind, CATALOGUE.latest(kind).version)
    by_rule = exchange is not None and exchange.by_rule
    return not by_rule or (NAMES.index(name) + CATALOGUE.names().index(kind)) % 5 == 0


def folder_of(name: str) -> Path:
    return SYSTEMS_FOLDER / name.partition(".")[0]


def samples_of(name: str, *, refused: bool) -> list[Path]:
    folder = folder_of(name) / "samples" / name.partition(".")[2]
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return [path for path in files if path.name.startswith("refused-") == refused]


def outcome(system: System, body: bytes) -> Decoded | Refused:
    """Only these two may come of a document, whatever it contains."""
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
