"""Lists the modules of the project, for the tests that read them."""

import ast
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

PACKAGES = ("schemas", "adapters", "hub", "workers")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def module_name(file: Path) -> str:
    """`hub.errors` for `hub/errors.py`, `hub.store` for `hub/store/__init__.py`."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(file: Path) -> ast.Module:
    """Read once for all tests of a process; nobody changes it."""
    return ast.parse(file.read_text())
