"""Every journal event has one function that writes it, and nothing else writes an entry."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from hub.journal.events import Event
from tests.architecture.modules import nodes, parsed
from tests.architecture.test_house_rules import MODULES
from tests.conftest import ROOT

RECORD = ROOT / "hub" / "journal" / "record"


def _events_in(among: Iterable[ast.AST]) -> Iterator[str]:
    for each in among:
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "Event":
            yield each.attr


def _functions() -> Iterator[ast.FunctionDef]:
    for file in RECORD.glob("*.py"):
        for node in parsed(file).body:
            if isinstance(node, ast.FunctionDef):
                yield node


def test_every_event_is_written_by_just_one_function() -> None:
    written_by = Counter(event for function in _functions() for event in _events_in(ast.walk(function)))
    assert written_by == Counter(event.name for event in Event)


def test_every_function_of_the_journal_writes_one_event_and_says_when_and_with_what_detail() -> None:
    for function in _functions():
        if not function.name.startswith("record_"):
            assert list(_events_in(ast.walk(function))) == [], f"{function.name} serves those that write"
            continue
        assert len(list(_events_in(ast.walk(function)))) == 1, function.name
        words = ast.get_docstring(function) or ""
        assert "Detail:" in words or "No detail." in words, function.name


def test_nothing_else_names_an_event() -> None:
    """Only the store may read the journal for events with a certain name."""
    naming = [file for file in MODULES if any(_events_in(nodes(file))) and not _is_record(file)]
    assert naming == []


def _is_record(file: Path) -> bool:
    return file.is_relative_to(RECORD)
