"""One thing is singular: no text writes `1 cases`, because every number of things goes through `counted`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hub.counting import counted
from tests.architecture.modules import MODULES, called, nodes
from tests.conftest import ROOT


def _sources() -> Iterator[tuple[Path, tuple[ast.AST, ...]]]:
    return ((file, nodes(file)) for file in MODULES if "hub" in file.relative_to(ROOT).parts[:1])


def _things() -> set[str]:
    """Return the plural of everything that is counted somewhere."""
    calls = (node for _, tree in _sources() for node in tree if isinstance(node, ast.Call))
    things = (call.args[1] for call in calls if called(call) == "counted" and len(call.args) == 2)
    plural = {counted(2, str(thing.value)).removeprefix("2 ") for thing in things if isinstance(thing, ast.Constant)}
    return plural - {"holds"}  # which is a verb, too


def _wrong(things: set[str]) -> Iterator[str]:
    for file, tree in _sources():
        for node in tree:
            pairs = zip(node.values, node.values[1:], strict=False) if isinstance(node, ast.JoinedStr) else ()
            for value, words in pairs:
                if _is_number(value) and isinstance(words, ast.Constant) and _begins(str(words.value), things):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}"


def _is_number(value: ast.expr) -> bool:
    """A constant is a limit, and never one."""
    return isinstance(value, ast.FormattedValue) and not (
        isinstance(value.value, ast.Name) and value.value.id.isupper()
    )


def _begins(text: str, things: set[str]) -> bool:
    return any(re.match(rf" {thing}\b", text) for thing in things)


def test_no_text_puts_a_plural_after_a_number_by_itself() -> None:
    things = _things()
    assert {"messages", "deliveries", "deadlines"} <= things
    assert list(_wrong(things)) == []
