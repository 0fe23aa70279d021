"""Reads one element field by field. It remembers what was not read, and the doubts of reading."""

from collections.abc import Iterator
from dataclasses import replace

from adapters.fitting import Placed
from adapters.says_nothing import QuietLeaves, leaves_that_say_nothing
from adapters.xml import Node, parse
from schemas.problem import Problem, Refused


class Doubts:
    """Doubts, each (code, subject) once with a count, in the order in which they were found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Problem, int]] = {}

    def add(self, problem: Problem, subject: str | None = None, times: int = 1) -> None:
        """Add a doubt. One doubt is reported for each `subject`; by default this is its place."""
        key = (problem.code, problem.where if subject is None else subject)
        first, before = self._found.get(key, (problem, 0))
        self._found[key] = (first, before + times)

    def include(self, others: "Doubts") -> None:
        for (code, subject), (problem, times) in others._found.items():
            first, before = self._found.get((code, subject), (problem, 0))
            self._found[code, subject] = (first, before + times)

    def __iter__(self) -> Iterator[Problem]:
        for problem, times in self._found.values():
            again = f" ({times} times; this is the first)" if times > 1 else ""
            yield replace(problem, problem=f"{problem.problem}{again}")

    def leftovers(self, record: "Record") -> None:
        """Doubt every element and attribute of the record that has content, was not read and may say something."""
        for name, where, values in record.leftovers():
            what = f"the attribute {name[1:]}" if name.startswith("@") else f"the element <{name}>"
            self.add(
                Problem(
                    "libra.unmapped",
                    where,
                    f"{what} has no field in a court list; it was left out",
                    "nothing, unless a recipient needs it: then ask for a field",
                ),
                name,
                values,
            )
        for name, where in record.repeated():
            self.add(
                Problem(
                    "libra.repeated",
                    where,
                    f"<{name}> occurs more than once; the first was used",
                    "send the element once",
                )
            )


class Record:
    """Children by name. Positions are counted here, so that a place costs nothing until it is needed."""

    __slots__ = ("_children", "_node", "_path", "_single", "_taken", "_texts")

    def __init__(self, node: Node, path: str | None = None) -> None:
        self._node = opened(node)
        self._path = self._node.where.partition(", ")[2] if path is None or self._node is not node else path
        self._children: dict[str, list[Node]] = {}
        for child in self._node.children():
            self._children.setdefault(child.name, []).append(child)
        self._taken: set[str] = set()
        self._single: set[str] = set()
        self._texts: set[str] = set()

    @property
    def node(self) -> Node:
        return self._node

    @property
    def name(self) -> str:
        return self._node.name

    @property
    def where(self) -> str:
        """`line 12, /Envelope/Body/documents/document[2]`."""
        return f"line {self._node.line}, {self._path}"

    def where_of(self, name: str) -> str:
        """Return the place of the first child with that name, or of this element if there is none."""
        found = self._children.get(name)
        return f"line {found[0].line}, {self._path}/{name}" if found else self.where

    def text(self, name: str) -> str | None:
        """Return the text of the child with that name, with its place; None if absent or blank. If there are several,
        the first is used, and `repeated` reports the others."""
        self._taken.add(name)
        self._texts.add(name)
        self._single.add(name)
        found = self._children.get(name)
        text = found[0].text() if found else None
        return Placed.at(self.where_of(name), text) if text else None

    def child(self, name: str) -> "Record | None":
        """Return the child with that name. If there are several, the first is used, and `repeated` reports the
        others."""
        self._single.add(name)
        return next(self.each(name), None)

    def optional(self, name: str, doubts: Doubts) -> "Record | None":
        """As `child`; a child that is a malformed string is left out."""
        self._single.add(name)
        return next(self.readable(name, doubts), None)

    def readable(self, name: str, doubts: Doubts) -> Iterator["Record"]:
        """As `each`; children that are malformed strings are left out."""
        for node, path in self._nodes(name):
            try:
                yield Record(node, path)
            except Refused as refusal:
                for problem in refusal.problems:
                    doubts.add(problem)

    def each(self, name: str) -> Iterator["Record"]:
        """Return all children with that name. Raises Refused for one that is a malformed string."""
        return (Record(node, path) for node, path in self._nodes(name))

    def _nodes(self, name: str) -> Iterator[tuple[Node, str]]:
        self._taken.add(name)
        found = self._children.get(name, [])
        for number, node in enumerate(found, 1):
            step = f"{name}[{number}]" if len(found) > 1 else name
            yield node, f"{self._path}/{step}"

    def count(self, name: str) -> int:
        """Return how many elements with that name are anywhere below."""
        return sum(1 for _ in self._node.descendants(name))

    def leftovers(self) -> Iterator[tuple[str, str, int]]:
        """Yield (name, place, number of values) of what was not read: children with content that may say something,
        attributes, text beside children, and content of a child of which only the text was read."""
        quiet = leaves_that_say_nothing("libra")
        for step, value in self._node.own_leaves():
            where = f"{self.where}/{step}" if step else self.where
            if not quiet.covers(where, value):
                yield step or self.name, where, 1
        for name, nodes in self._children.items():
            where = self.where_of(name)
            if name not in self._taken:
                if values := sum(_count_values(node, where, quiet) for node in nodes):
                    yield name, where, values
            elif name in self._texts:
                for node in nodes:
                    yield from _beside_text(node, where, quiet)

    def repeated(self) -> Iterator[tuple[str, str]]:
        """Yield (name, place) of elements that were read as single but occur again with content."""
        for name in self._single:
            if any(_has_content(node) for node in self._children.get(name, [])[1:]):
                yield name, self.where_of(name)


def opened(node: Node) -> Node:
    """Return the element itself, or the document that it holds as an escaped string. Raises Refused if that is
    malformed."""
    text = node.text()
    if text is None or not text.startswith("<") or next(node.children(), None) is not None:
        return node
    return parse(_without_declaration(text).encode(), place=node.where.partition(", ")[2])


def _without_declaration(text: str) -> str:
    """Remove the declaration, because a string is no longer in the encoding that the declaration may name."""
    return text.partition("?>")[2] if text.startswith("<?xml") else text


def _count_values(node: Node, where: str, quiet: QuietLeaves) -> int:
    """Return how many of its leaves are not on the list of leaves that say nothing. `where` is its place."""
    own = sum(not quiet.covers(f"{where}/{step}" if step else where, value) for step, value in node.own_leaves())
    return own + sum(_count_values(child, f"{where}/{child.name}", quiet) for child in node.children())


def _beside_text(node: Node, where: str, quiet: QuietLeaves) -> Iterator[tuple[str, str, int]]:
    for step, value in node.own_leaves():
        if step and not quiet.covers(f"{where}/{step}", value):
            yield step, f"{where}/{step}", 1
    for child in node.children():
        if values := _count_values(child, f"{where}/{child.name}", quiet):
            yield child.name, f"{where}/{child.name}", values


def _has_content(node: Node) -> bool:
    return node.text() is not None or next(node.children(), None) is not None


def refused(code: str, where: str, problem: str, cure: str) -> Refused:
    return Refused(Problem(code, where, problem, cure))
