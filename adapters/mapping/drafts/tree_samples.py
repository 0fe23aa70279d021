"""Reads samples that are trees: XML and JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.json import flaws, parse
from adapters.mapping.drafts.sample import Sample, SeenBlock, seen
from adapters.xml import Node
from adapters.xml import parse as parse_xml
from schemas.problem import Problem, Refused


def look_at_xml(body: bytes) -> Sample:
    """Return what the sample shows. The record is the first element from the root down that has values. Raises
    Refused."""
    root = parse_xml(body)
    layout: dict[str, object] = {"format": "xml", "root": root.name}
    if root.namespace:
        layout["namespace"] = root.namespace
    path: list[str] = []
    node = root
    while not path or not list(_leaves(node, "", here_only=True)):
        below = next((child for child in node.children() if next(child.children(), None) is not None), None)
        if below is None:
            break
        path.append(below.name)
        node = below
    if not path:
        raise Refused(Problem("sample.unclear", "line 1", "no element holds a record", "give a sample with a record"))
    records = list(root.all("/".join(path)))
    return Sample(layout, _xml_block("/".join(path), records))


def _xml_block(wire: str, nodes: list[Node]) -> SeenBlock:
    lists = list(dict.fromkeys(path for node in nodes for path in _lists(node, "")))
    values: dict[str, list[str]] = {}
    for node in nodes:
        for path, text in _leaves(node, ""):
            if not any(path.startswith(f"{one}/") for one in lists):
                values.setdefault(path, []).append(text)
    groups = [
        _xml_block(path, [below for node in nodes for below in node.all(path)]) for path in _outermost(lists, "/")
    ]
    return SeenBlock(wire, tuple(seen(path, texts) for path, texts in values.items()), tuple(groups))


def _lists(node: Node, path: str) -> Iterator[str]:
    """Return the paths of elements that repeat, or whose name is the singular of their parent's name."""
    names = [child.name for child in node.children()]
    for child in node.children():
        at = f"{path}/{child.name}" if path else child.name
        plural = node.name.lower() in (f"{child.name.lower()}s", f"{child.name.lower()}es")
        if next(child.children(), None) is not None and (names.count(child.name) > 1 or (path and plural)):
            yield at
        else:
            yield from _lists(child, at)


def _leaves(node: Node, path: str, *, here_only: bool = False) -> Iterator[tuple[str, str]]:
    for name in node.attributes():
        yield f"{path}/@{name}" if path else f"@{name}", node.attribute(name) or ""
    for child in node.children():
        at = f"{path}/{child.name}" if path else child.name
        if next(child.children(), None) is None:
            yield at, child.text() or ""
        if not here_only:
            yield from _leaves(child, at)


def look_at_json(body: bytes) -> Sample:
    """Return what the sample shows. The record is the first list of objects. Raises Refused."""
    tree = parse(body)
    if next(flaws(tree, "$"), None) is not None or not isinstance(tree, dict):
        problem, cure = "the outermost value is not a plain object", "a profile needs an object with a list of records"
        raise Refused(Problem("sample.unclear", "$", problem, cure))
    wire, records = next(_object_lists(tree, ""), (None, []))
    if wire is None:
        cure = "give a sample with at least one record in a list"
        raise Refused(Problem("sample.unclear", "$", "there is no list of objects", cure))
    marks = {key: value for key, value in tree.items() if isinstance(value, str) and value}
    remarks = () if marks else ("the outermost object has no text; state marks that distinguish the file from others",)
    layout = {"format": "json", "marks": dict(list(marks.items())[:2]) or {"system": "CHANGE THIS"}}
    return Sample(layout, _json_block(wire, records), remarks)


def _object_lists(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, list[Any]]]:
    for key, value in node.items():
        at = f"{path}.{key}" if path else key
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            yield at, value
        elif isinstance(value, dict):
            yield from _object_lists(value, at)


def _json_block(wire: str, nodes: list[Any]) -> SeenBlock:
    lists: dict[str, list[Any]] = {}
    values: dict[str, list[str]] = {}
    for node in nodes:
        for path, below in _object_lists(node, ""):
            lists.setdefault(path, []).extend(below)
        for path, value in _values(node, ""):
            values.setdefault(path, []).append(value)
    groups = tuple(_json_block(path, below) for path, below in lists.items())
    return SeenBlock(wire, tuple(seen(path, texts) for path, texts in values.items()), groups)


def _values(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        at = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _values(value, at)
        elif not isinstance(value, list):
            yield at, "" if value is None else str(value)


def _outermost(paths: list[str], step: str) -> list[str]:
    return [path for path in paths if not any(path.startswith(f"{other}{step}") for other in paths)]
