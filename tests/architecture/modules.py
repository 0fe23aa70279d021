"""Lists the modules of the project, for the tests that read them."""

import ast
import gc
from functools import cache
from pathlib import Path

from hub.starting import quick_start
from tests.conftest import ROOT

PACKAGES = ("schemas", "adapters", "hub", "workers")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def module_name(file: Path) -> str:
    """`hub.errors` for `hub/errors.py`, `hub.store` for `hub/store/__init__.py`."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(file: Path) -> ast.Module:
    """Read once for all tests of a process; nobody changes it. The collector would look through all files again and
    again, so it leaves them out."""
    with quick_start():
        tree = ast.parse(file.read_text())
        gc.freeze()
    return tree


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """All nodes of the file, listed once."""
    return tuple(ast.walk(parsed(file)))


def called(call: ast.Call) -> str:
    """The last name of what is called: `now` for `clock.now()`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ast.unparse(function).rpartition(".")[2]
