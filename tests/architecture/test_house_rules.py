"""The house rules that a machine can check."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture.modules import MODULES, nodes, parsed
from tests.conftest import ROOT

_FOR_TYPES = "TYPE_CHECKING"
LINES_MAX, FUNCTION_LINES_MAX = 300, 60
CONSTRUCTOR_PARAMETERS_MAX, PARAMETERS_MAX = 6, 8
WITH_MORE_PARAMETERS = {
    "hub/cli/evidence/disposal.py place": "a command: each parameter is one of its options",
    "hub/cli/evidence/disposal.py report": "a command: each parameter is one of its options",
    "hub/cli/evidence/index.py index": "a command: each parameter is one of its options",
    "hub/cli/evidence/register.py register": "a command: each parameter is one of its options",
    "hub/cli/evidence/report.py report": "a command: each parameter is one of its options",
    "hub/cli/messages/quarantine.py bulk": "a command: each parameter is one of its options",
    "hub/cli/messages/replay.py replay": "a command: each parameter is one of its options",
    "hub/journal/record/documents.py record_document_received": "one named parameter for each field of the entry",
    "hub/journal/record/messages.py record_message_accepted": "one named parameter for each field of the entry",
}
BANNED = re.compile(r"(^|_)(utils?|common|helpers?|managers?|misc)(_|$)")


def _functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_long() -> None:
    long = {str(f.relative_to(ROOT)): n for f in MODULES if (n := len(f.read_text().splitlines())) > LINES_MAX}
    assert long == {}


def test_no_function_is_long() -> None:
    long = [
        f"{file.relative_to(ROOT)}:{function.lineno} {function.name}"
        for file in MODULES
        for function in _functions(file)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_no_function_takes_many_parameters() -> None:
    """A part of the exchange gets the whole wiring. Values that belong together are passed as one object."""
    many = {
        f"{file.relative_to(ROOT)} {function.name}"
        for file in MODULES
        for function in _functions(file)
        if len(_parameters(function)) > (CONSTRUCTOR_PARAMETERS_MAX if function.name == "__init__" else PARAMETERS_MAX)
    }
    assert many == WITH_MORE_PARAMETERS.keys()


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    found = function.args
    named = [each.arg for each in (*found.posonlyargs, *found.args, *found.kwonlyargs)]
    return [name for name in named if name not in ("self", "cls")]


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert [str(file) for file in MODULES if BANNED.search(file.stem)] == []


def test_no_two_classes_of_the_hub_and_the_workers_have_one_name() -> None:
    """A reader who finds a name must not have to ask which class it is. Names with an underscore stay in their file."""
    files: dict[str, list[str]] = {}
    for file in MODULES:
        if file.relative_to(ROOT).parts[0] in ("hub", "workers"):
            for node in parsed(file).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    files.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
    assert {name: where for name, where in files.items() if len(where) > 1} == {}


def test_every_file_says_what_it_is_for() -> None:
    assert [str(file) for file in MODULES if not ast.get_docstring(parsed(file))] == []


def test_only_the_last_line_of_defence_catches_everything() -> None:
    """`except Exception` is allowed only where a process must continue and report: for one delivery among others,
    for one step of the sweep among others, and for one call among those that are done together."""
    catching = [
        str(file.relative_to(ROOT))
        for file in MODULES
        for node in nodes(file)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
    ]
    assert sorted(set(catching)) == [
        "hub/exchange/accepting/grouped.py",
        "hub/exchange/due/sweep.py",
        "hub/exchange/sending/batches.py",
        "hub/exchange/sending/delivery.py",
        "hub/together.py",
    ]


def test_a_permit_is_issued_in_one_place() -> None:
    issuing = [
        str(file.relative_to(ROOT))
        for file in MODULES
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Permit"
    ]
    assert issuing == ["hub/sharing/decision/decide.py"]


def test_what_is_imported_for_types_alone_is_not_used_when_the_program_runs() -> None:
    used = []
    for file in MODULES:
        for_types = _imported(n for n in nodes(file) if isinstance(n, ast.If) and ast.unparse(n.test) == _FOR_TYPES)
        for function in _functions(file) if for_types else ():
            names = for_types - _imported([function])
            used += [f"{file}:{n.lineno}" for n in ast.walk(function) if isinstance(n, ast.Name) and n.id in names]
    assert used == [], "import it in the function that uses it, or quote it where it is a type"


def _imported(nodes: Iterable[ast.AST]) -> set[str]:
    inner = (each for node in nodes for each in ast.walk(node) if isinstance(each, ast.ImportFrom))
    return {alias.asname or alias.name for each in inner for alias in each.names}


def test_nothing_that_is_committed_names_a_path_of_somebodys_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode != 0:
        pytest.skip("this is not a git checkout")
    named = re.compile(rb"/(?:home|Users)/[a-z]|/work/[a-z]|/root/")
    files = [ROOT / name for name in tracked.stdout.splitlines()]
    assert [str(f) for f in files if f.is_file() and f != Path(__file__) and named.search(f.read_bytes())] == []
