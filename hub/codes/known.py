"""Flags the codes of a message that are not in their imported list. The code stays as it is, and nothing is refused.

Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from pydantic import BaseModel

from hub.codes.table import CodeTable
from schemas.json import Json, JsonMapping
from schemas.kind import MessageKind
from schemas.shape import Flag, leaves_of

_EACH = "[]"


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The imported lists by name. A list that is missing is not checked."""

    tables: Mapping[str, CodeTable] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Step:
    """A place in a payload: the list that its value is checked against, or the steps to places below."""

    checked: str | None
    below: Mapping[str, "_Step"]


def code_flags(payload: BaseModel | JsonMapping, kind: MessageKind, lists: CodeLists) -> tuple[Flag, ...]:
    """A flag for each code in `payload` that is not in its list. `payload` is of `kind`, or its plain JSON form."""
    return tuple(_unknown(payload, _steps(kind.payload), lists.tables, "")) if lists.tables else ()


@cache
def _steps(model: type[BaseModel]) -> _Step:
    """Only the paths that lead to a code, so that no other part of a payload is examined."""
    ways = [(leaf.path.replace(_EACH, f".{_EACH}").split("."), leaf.code_list) for leaf in leaves_of(model)]
    return _step([(path, name) for path, name in ways if name is not None])


def _step(ways: list[tuple[list[str], str]]) -> _Step:
    checked = next((name for path, name in ways if not path), None)
    heads = dict.fromkeys(path[0] for path, _ in ways if path)
    below = {head: _step([(path[1:], name) for path, name in ways if path[:1] == [head]]) for head in heads}
    return _Step(checked, MappingProxyType(below))


def _unknown(node: Json, step: _Step, tables: Mapping[str, CodeTable], at: str) -> Iterator[Flag]:
    if node is None:
        return
    if step.checked is not None:
        table = tables.get(step.checked)
        if table is not None and not table.holds(str(node)):
            yield Flag(at, "code.unknown", f"is not in the imported list of {table.rule.plural}; kept as received")
        return
    for name, below in step.below.items():
        if name == _EACH:
            for index, item in enumerate(node):
                yield from _unknown(item, below, tables, f"{at}[{index}]")
        else:
            child = node.get(name) if isinstance(node, Mapping) else getattr(node, name, None)
            yield from _unknown(child, below, tables, f"{at}.{name}" if at else name)
