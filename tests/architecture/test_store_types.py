"""Nothing untyped leaves the store, so that the type checker sees every column."""

import ast
from collections.abc import Iterator

from tests.architecture.modules import nodes
from tests.conftest import ROOT

STORE = ROOT / "hub" / "store"
MODULES = sorted(file for file in STORE.rglob("*.py") if "migrations" not in file.parts)
UNTYPED = {"Any", "Row", "RowMapping", "Select", "UntypedRow", "UntypedSelect"}


def _public_functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the functions of the module, and the methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


def _names(annotation: ast.expr) -> set[str]:
    """Yield every name in it, also one that is written as a string."""
    names: set[str] = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            names.add(node.id)
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= _names(ast.parse(node.value, mode="eval").body)
    return names


def _aliases(tree: ast.Module) -> set[str]:
    """Return names that the module gives to an untyped type."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Subscript | ast.Name)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and _names(node.value) & UNTYPED
    }


def untyped(source: str) -> list[str]:
    """Return the public functions of a module that return something untyped, or do not say what they return."""
    tree = ast.parse(source)
    forbidden = UNTYPED | _aliases(tree)
    return [
        name
        for name, function in _public_functions(tree)
        if function.returns is None or _names(function.returns) & forbidden
    ]


def _fields(source: str) -> list[str]:
    """Return the fields of public classes that hold something untyped."""
    tree = ast.parse(source)
    forbidden = UNTYPED | _aliases(tree)
    return [
        f"{node.name}.{ast.unparse(field.target)}"
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for field in node.body
        if isinstance(field, ast.AnnAssign) and _names(field.annotation) & forbidden
    ]


def test_nothing_untyped_leaves_the_store() -> None:
    found = {str(file.relative_to(ROOT)): names for file in MODULES if (names := untyped(file.read_text()))}
    assert found == {}


def test_no_field_of_a_type_of_the_store_is_untyped() -> None:
    found = {str(file.relative_to(ROOT)): names for file in MODULES if (names := _fields(file.read_text()))}
    assert found == {}


# `Any` switches the type checker off. Arbitrary JSON is called Json, JsonObject or JsonMapping. Only these files may
# contain anything else of any type.
MAY_SAY_ANY = {
    "hub/cli/listed.py": "commands, of which Typer keeps the type to itself",
    "hub/cli/misuse.py": "parameters of commands, of which Typer keeps the type to itself",
    "hub/cli/speaking/terminal.py": "the options of a method of rich, handed on as they are",
    "hub/settings.py": "the values of settings, which pydantic reads",
    "hub/sharing/terms/masks.py": "a type that is put together while the hub runs",
    "hub/store/database/rows.py": "what a query finds, before it is read as a type",
    "hub/store/database/time_limits.py": "the arguments of a connection, handed on as they are",
}


def test_any_is_used_only_where_no_type_can_be_given() -> None:
    saying = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "hub").rglob("*.py")
        if "versions" not in file.parts
        for node in nodes(file)
        if isinstance(node, ast.Name) and node.id == "Any"
    }
    assert saying == set(MAY_SAY_ANY)


def test_what_is_untyped_is_found_however_it_is_written() -> None:
    for returned in ("", " -> Any", " -> Row[Any] | None", " -> tuple[Row[Any], ...]", ' -> "list[Any]"', " -> Found"):
        assert untyped(f"Found = Row[Any]\ndef find(connection){returned}: ...") == ["find"], returned
    assert untyped("class Store:\n    def find(self) -> sqlalchemy.Row: ...") == ["Store.find"]


def test_json_and_what_stays_inside_are_allowed() -> None:
    assert untyped("def find(connection) -> JsonObject | None: ...\ndef _row(entry) -> Row[Any]: ...") == []
