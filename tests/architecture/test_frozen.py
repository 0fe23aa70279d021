"""A value does not change after it is made: a dataclass is frozen, unless it is listed here as one that collects."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.modules import MODULES, nodes
from tests.conftest import ROOT

COLLECTING = {
    # Filled while a document is read.
    "adapters/mapping/formats/rows.py _Open",
    "adapters/mapping/translation/decoding.py _Filling",
    "adapters/systems/common_platform/decoding/hearing/entries.py Entry",
    "adapters/mapping/formats/value_rows.py _Open",
    "adapters/systems/cps/decoding/documents.py Material",
    "adapters/systems/libra/lists.py _List",
    "adapters/systems/spi/decoding/drafts.py Drafts",
    # Keeps the doubts that it meets on its way.
    "adapters/systems/cps/decoding/envelope.py Search",
    "adapters/systems/spi/decoding/envelope.py Search",
    "adapters/transports/sftp/connection.py _Line",  # an open connection
    # Count or note while a process runs.
    "adapters/fitting.py _Pruned",
    "hub/disposal/retention.py RetentionReport",
    "hub/exchange/accepting/limits/open_messages.py _Counted",
    "hub/exchange/accepting/limits/turns.py Turn",
    "hub/exchange/accepting/limits/turns.py _Room",
    "hub/store/database/gathered.py _Gathered",
    "hub/local/demonstration/demonstration.py SentStep",
    "hub/local/supervisor.py _Watched",
}


def _not_frozen(file: Path) -> Iterator[str]:
    for node in nodes(file):
        if isinstance(node, ast.ClassDef) and any(map(_thaws, node.decorator_list)):
            yield f"{file.relative_to(ROOT)} {node.name}"


def _thaws(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    words = decorator.keywords if isinstance(decorator, ast.Call) else []
    is_dataclass = ast.unparse(called).rpartition(".")[2] == "dataclass"
    return is_dataclass and "frozen=True" not in map(ast.unparse, words)


def test_a_dataclass_is_frozen_unless_it_collects() -> None:
    assert {name for file in MODULES for name in _not_frozen(file)} == COLLECTING
