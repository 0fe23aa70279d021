"""Reads and writes JSON files. The outermost object has the marks of the system, and a list of records for each
exchange."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.json import flaws, parse
from adapters.mapping.profiles.profile import Block, Column, Exchange
from adapters.mapping.profiles.written import JsonLayout
from adapters.mapping.record import Contents, Entry, Record, unmapped
from schemas.problem import Problem, Refused

_HEAD_BYTES = 65_536


class Json:
    media_type = "application/json"
    file_suffix = ".json"
    noun = "key"

    def __init__(self, layout: JsonLayout, exchanges: Sequence[Exchange]) -> None:
        self._layout = layout
        self._exchanges = exchanges
        self._marks = [
            re.compile(rf"{re.escape(json.dumps(key))}\s*:\s*{re.escape(json.dumps(value))}")
            for key, value in layout.marks.items()
        ]

    def recognises(self, body: bytes) -> bool:
        head = body[:_HEAD_BYTES].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
        return head.startswith("{") and all(mark.search(head) for mark in self._marks)

    def read(self, body: bytes) -> Contents:
        tree = parse(body)
        unsafe = tuple(flaws(tree, "$"))
        if unsafe:
            raise Refused(*(Problem(one.code, _safe(one.where), one.problem, one.cure) for one in unsafe[:20]))
        if not isinstance(tree, dict) or any(tree.get(key) != value for key, value in self._layout.marks.items()):
            marks = ", ".join(self._layout.marks)
            raise Refused(Problem("json.marks", "$", "the marks of the system are missing", f"send {marks} as agreed"))
        records: list[Record] = []
        refused: list[Problem] = []
        for exchange in self._exchanges:
            wire = exchange.wire
            for index, node in enumerate(_list_at(tree, wire, f"$.{wire}", refused)):
                where = f"record {len(records) + len(refused) + 1}, $.{wire}[{index}]"
                if not isinstance(node, dict):
                    refused.append(_no_object(where))
                    continue
                doubts: list[Problem] = []
                entry = _entry(exchange.record, node, where, doubts)
                records.append(Record(exchange, entry, (*doubts, *_unknown(exchange.record, node, where))))
        known = {exchange.wire for exchange in self._exchanges} | set(self._layout.marks)
        refused += [
            Problem("json.unknown_record", "$", "a key is not a record of the profile", "leave it out")
            for _ in _strangers(tree, "", frozenset(known))
        ]
        return Contents(tuple(records), tuple(refused))

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        tree: dict[str, Any] = dict(self._layout.marks)
        _put(tree, exchange.wire, [_written(exchange.record, entry)])
        return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


def _safe(where: str) -> str:
    """Count without keys, because a key may be somebody's name."""
    return re.sub(r"\.[^.\[]+", ".?", where)


def _list_at(node: Any, path: str, where: str, problems: list[Problem]) -> Sequence[Any]:
    """Return the list; if there is something else, return nothing and a problem."""
    found = _find(node, path)
    if found is None:
        return ()
    if not isinstance(found, list):
        problem = "this should be a list; the value is not passed on"
        problems.append(Problem("json.not_a_list", where, problem, "send a list, even for a single entry"))
        return ()
    return found


def _no_object(where: str) -> Problem:
    problem = "this should be an object; the value is not passed on"
    return Problem("json.not_an_object", where, problem, "send an object")


def _find(node: Any, path: str) -> Any:
    for key in path.split("."):
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _entry(block: Block, node: Mapping[str, Any], where: str, doubts: list[Problem]) -> Entry:
    """Read an entry. A value of the wrong type is left out, with a doubt."""
    fields: dict[str, str] = {}
    for column in block.columns:
        if column.wire is None:
            continue
        value = _find(node, column.wire)
        if isinstance(value, dict | list):
            problem = "this should be a text, number or truth value; the value is not passed on"
            doubts.append(Problem("json.not_a_value", f"{where}.{column.wire}", problem, "send a plain value"))
            continue
        text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
        if text.strip():
            fields[column.wire] = text.strip()
    groups = {group.pattern: tuple(_below(group, node, where, doubts)) for group in block.groups}
    return Entry(where, fields, groups)


def _below(group: Block, node: Mapping[str, Any], where: str, doubts: list[Problem]) -> Iterator[Entry]:
    for index, below in enumerate(_list_at(node, group.wire_name, f"{where}.{group.wire}", doubts)):
        at = f"{where}.{group.wire}[{index}]"
        if isinstance(below, dict):
            yield _entry(group, below, at, doubts)
        else:
            doubts.append(_no_object(at))


def _unknown(block: Block, node: Any, where: str) -> Iterator[Problem]:
    groups = {group.wire_name: group for group in block.groups}
    known = frozenset({column.wire for column in block.columns if column.wire is not None} | groups.keys())
    yield from (unmapped(where, "a key") for _ in _strangers(node, "", known))
    for path, group in groups.items():
        for index, below in enumerate(_list_at(node, path, where, [])):
            if isinstance(below, dict):
                yield from _unknown(group, below, f"{where}.{path}[{index}]")


def _strangers(node: Mapping[str, Any], path: str, known: frozenset[str]) -> Iterator[str]:
    for key, value in node.items():
        at = f"{path}.{key}" if path else key
        if at in known or value in (None, "", [], {}):
            continue
        if isinstance(value, dict) and any(one.startswith(f"{at}.") for one in known):
            yield from _strangers(value, at, known)
        else:
            yield at


def _written(block: Block, entry: Entry) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for column in block.columns:
        if column.wire is not None and (text := entry.fields.get(column.wire)):
            _put(tree, column.wire, _value(column, text))
    for group in block.groups:
        entries = [_written(group, below) for below in entry.entries(group)]
        if entries:
            _put(tree, group.wire_name, entries)
    return tree


def _value(column: Column, text: str) -> Any:
    """Return a number or truth value if the profile asks for one and the text is one."""
    if column.json_type is None:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    wanted = bool if column.json_type == "truth" else int | float
    return value if isinstance(value, wanted) else text


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *above, key = path.split(".")
    for step in above:
        tree = tree.setdefault(step, {})
    tree[key] = value
