"""A module that is called pure reaches no clock, no random numbers, no file, no network and no database."""

import ast
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.architecture.modules import MODULES, PACKAGES, called, module_name, nodes
from tests.conftest import ROOT

IMPURE = {
    *("os", "shutil", "tempfile", "subprocess", "multiprocessing", "threading"),
    *("socket", "ssl", "select", "asyncio", "http", "urllib3", "asyncssh", "smtplib", "uvicorn", "fastapi"),
    *("time", "random", "secrets"),
    *("sqlalchemy", "psycopg", "alembic", "celery", "kombu", "redis", "billiard"),
}
CALLS = {"now", "today", "utcnow", "uuid1", "uuid4", "open", "read_text", "read_bytes", "write_text", "write_bytes"}

SHIPPED_DATA = {  # constants that are read once
    "schemas/custody/table.py": "reads the tables of result codes that the package ships",
    "schemas/placeholders/table.py": "reads the table of placeholders that the package ships",
}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        *PACKAGES, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def _says_so(file: Path) -> bool:
    said = file.read_text().removeprefix('"""').partition('"""')[0]  # each file begins with what it is for
    return "Pure." in said or "Pure," in said or "Pure:" in said or "Pure;" in said or "Pure but" in said


PURE = [module_name(file) for file in MODULES if _says_so(file)]


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_reaches_no_clock_chance_file_network_or_database(module: str) -> None:
    graph = _graph()
    reached = graph.find_upstream_modules(module)
    chains = [graph.find_shortest_chain(importer=module, imported=name) for name in sorted(reached & IMPURE)]
    assert [" -> ".join(chain) for chain in chains if chain] == []


@cache
def _asking() -> dict[str, list[str]]:
    """The calls of each module that ask for the time, a new id or a file."""
    return {
        module_name(file): [
            f"{file.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}"
            for node in nodes(file)
            if isinstance(node, ast.Call) and called(node) in CALLS
        ]
        for file in MODULES
        if str(file.relative_to(ROOT)) not in SHIPPED_DATA
    }


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_and_what_it_uses_never_ask_for_the_time_an_id_or_a_file(module: str) -> None:
    used = {module, *_graph().find_upstream_modules(module)}
    assert [call for name in sorted(used) for call in _asking().get(name, ())] == []


def test_there_are_pure_modules() -> None:
    assert len(PURE) > 40
