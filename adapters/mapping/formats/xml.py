"""Reads and writes XML files: a record is an element below the root, a field an element or an attribute below the
record."""

import re
from collections.abc import Iterator, Sequence

from adapters.mapping.profiles.profile import Block, Exchange
from adapters.mapping.profiles.written import XmlLayout
from adapters.mapping.record import Contents, Entry, Record, unmapped
from adapters.xml import Node, parse
from adapters.xml_writing import Builder
from schemas.problem import Problem, Refused

_HEAD_BYTES = 4_096
_PROLOG = r"\s*(?:<\?[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)?"


class Xml:
    media_type = "application/xml"
    file_suffix = ".xml"
    noun = "element"

    def __init__(self, layout: XmlLayout, exchanges: Sequence[Exchange]) -> None:
        self._layout = layout
        self._exchanges = exchanges
        self._start = re.compile(rf"{_PROLOG}<(?:[\w.-]{{1,40}}:)?{re.escape(layout.root)}[\s/>]", re.DOTALL)

    def recognises(self, body: bytes) -> bool:
        head = body[:_HEAD_BYTES]
        encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
        text = head.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace")
        return self._start.match(text) is not None

    def read(self, body: bytes) -> Contents:
        root = parse(body)
        if root.name != self._layout.root:
            problem = "the outermost element differs from the one in the profile"
            raise Refused(
                Problem("xml.root", "line 1", problem, f"send a document that begins with {self._layout.root}")
            )
        if self._layout.namespace is not None and root.namespace not in (None, self._layout.namespace):
            problem = "the outermost element is in another namespace"
            raise Refused(Problem("xml.root", "line 1", problem, f"use the namespace {self._layout.namespace}"))
        records: list[Record] = []
        refused: list[Problem] = []
        for exchange in self._exchanges:
            for node in root.all(exchange.wire):
                where = f"record {len(records) + 1}, line {node.line}"
                doubts: list[Problem] = []
                entry = _entry(exchange.record, node, where, doubts)
                records.append(Record(exchange, entry, (*doubts, *_doubts(exchange.record, node, where))))
        known = frozenset(exchange.wire for exchange in self._exchanges)
        around = tuple(unmapped(f"line {one.line}", "something around the records") for one in _around(root, "", known))
        refused += [
            Problem(
                "xml.unknown_record",
                f"line {node.line}",
                "the profile has no such record",
                "send only records that the profile describes",
            )
            for node in _strange_records(root, "", known)
        ]
        return Contents(tuple(records), tuple(refused)).doubted(around)

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        root = Builder(self._layout.root, self._layout.namespace)
        *above, name = exchange.wire.split("/")
        parent = root
        for step in above:
            parent = parent.add(step)
        _write(parent.add(name), exchange.record, entry)
        return root.bytes()


def _entry(block: Block, node: Node, where: str, doubts: list[Problem]) -> Entry:
    """Read an entry. A field that occurs twice is left out with a doubt, because nothing shows which value is right."""
    fields: dict[str, str] = {}
    for column in block.columns:
        if column.wire is None:
            continue
        text = _text(node, column.wire, where, doubts)
        if text:
            fields[column.wire] = text
    groups = {
        group.pattern: tuple(
            _entry(
                group, below, f"{where}, {(group.wire or '').rpartition('/')[2]} {number}, line {below.line}", doubts
            )
            for number, below in enumerate(node.all(group.wire_name), start=1)
        )
        for group in block.groups
    }
    return Entry(where, fields, groups)


def _text(node: Node, wire: str, where: str, doubts: list[Problem]) -> str | None:
    path, _, attribute = wire.partition("@")
    path = path.rstrip("/")
    found = list(node.all(path)) if path else [node]
    if len(found) > 1:
        values = sum(1 for one in found for _ in _all_of(one))
        problem = f"the element occurs more than once; none of them is passed on ({values} values)"
        cure = "send it once, or list it as a group in the profile"
        doubts.append(Problem("xml.repeated", f"{where}, element {wire}", problem, cure))
    if len(found) != 1:
        return None
    return (found[0].attribute(attribute) or "").strip() if attribute else found[0].text()


def _doubts(record: Block, node: Node, where: str) -> tuple[Problem, ...]:
    return tuple(unmapped(f"{where}, line {one.line}", "an element or attribute") for one in _strange(record, node, ""))


def _strange(block: Block, node: Node, path: str) -> Iterator[Node]:
    """Yield elements of a record that have a value, or an attribute with one, and that the profile does not
    describe."""
    wires = frozenset(block.names())
    groups = {group.wire_name: group for group in block.groups}
    yield from (node for step, _ in node.own_leaves() if step and _below(path, step) not in wires)
    for child in node.children():
        at = _below(path, child.name)
        leads_on = any(one.startswith(f"{at}/") for one in (*wires, *groups))
        if at in groups:
            yield from _strange(groups[at], child, "")
        elif at in wires or leads_on:
            yield from (child,) if at not in wires and child.text() else ()
            yield from _strange(block, child, at)
        else:
            yield from _all_of(child)


def _all_of(node: Node) -> Iterator[Node]:
    """Yield the element once for each text and attribute of it and below it."""
    yield from (node for _ in node.own_leaves())
    for child in node.children():
        yield from _all_of(child)


def _around(node: Node, path: str, known: frozenset[str]) -> Iterator[Node]:
    """Yield the elements around the records, once for each text or attribute of their own."""
    yield from (node for _ in node.own_leaves())
    for child in node.children():
        at = _below(path, child.name)
        if any(one.startswith(f"{at}/") for one in known):
            yield from _around(child, at, known)


def _strange_records(node: Node, path: str, known: frozenset[str]) -> Iterator[Node]:
    for child in node.children():
        at = _below(path, child.name)
        if any(one.startswith(f"{at}/") for one in known):
            yield from _strange_records(child, at, known)
        elif at not in known:
            yield child


def _below(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _write(element: Builder, block: Block, entry: Entry) -> None:
    made: dict[str, Builder] = {"": element}
    texts = {wire: entry.fields[wire] for wire in block.names() if wire in entry.fields}
    for wire in sorted((wire for wire in texts if "@" not in wire), key=lambda wire: wire.count("/")):
        above, _, name = wire.rpartition("/")
        made[wire] = _at(above, made).add(name, texts[wire])
    for wire in (wire for wire in texts if "@" in wire):
        path, _, attribute = wire.partition("@")
        _at(path.rstrip("/"), made).attribute(attribute, texts[wire])
    for group in block.groups:
        above, _, name = group.wire_name.rpartition("/")
        for below in entry.entries(group):
            _write(_at(above, made).add(name), group, below)


def _at(path: str, made: dict[str, Builder]) -> Builder:
    """Return the element at the path; it and its parents are created if they are missing."""
    if path not in made:
        above, _, name = path.rpartition("/")
        made[path] = _at(above, made).add(name)
    return made[path]
