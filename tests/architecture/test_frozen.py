"""A value does not change after it is made: a dataclass is frozen, unless it is listed here as one that collects."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.modules import MODULES, parsed

COLLECTING = {
    *("_Open", "_Filling", "Entry", "Material", "_List", "Drafts"),  # filled while a document is read
    "Search",  # collects the doubts of reading
    "_Line",  # an open connection
    "RetentionReport",
    "_Counted",
    "SentStep",
    "_Pruned",
    "_Watched",
}


def _not_frozen(file: Path) -> Iterator[str]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ClassDef) and any(map(_thaws, node.decorator_list)):
            yield node.name


def _thaws(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    words = decorator.keywords if isinstance(decorator, ast.Call) else []
    is_dataclass = ast.unparse(called).rpartition(".")[2] == "dataclass"
    return is_dataclass and "frozen=True" not in map(ast.unparse, words)


def test_a_dataclass_is_frozen_unless_it_collects() -> None:
    assert sorted({name for file in MODULES for name in _not_frozen(file)} - COLLECTING) == []
