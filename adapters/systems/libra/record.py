"""One element read field by field, remembering what nobody read, and the doubts that reading raised."""

from collections.abc import Iterator

from adapters.xml import Node, parse
from schemas.problem import Problem, Refused

# Printing and housekeeping of the sending system: nothing in them is about a case.
_TECHNICAL = frozenset(
    [
        "adbox",
        "area",
        "docref",
        "late",
        "means",
        "outputtype",
        "pi_edt_user",
        "pi_edt_user_id",
        "pi_mcc_id",
        "pi_run_date",
        "printdate",
        "printers",
        "start_time",
        "system",
        "username",
        "version",
    ]
)


class Doubts:
    """What is odd but not refused, each (code, subject) once, in the order found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Problem] = {}

    def add(self, problem: Problem, subject: str | None = None) -> None:
        """`subject` is what the doubt is told once about; by default its place."""
        self._found.setdefault((problem.code, problem.where if subject is None else subject), problem)

    def include(self, others: "Doubts") -> None:
        for key, problem in others._found.items():
            self._found.setdefault(key, problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found.values())

    def leftovers(self, record: "Record") -> None:
        """Doubt every element of the record that has content and was not read."""
        for name, where in record.leftovers():
            self.add(
                Problem(
                    "libra.unmapped",
                    where,
                    f"the element <{name}> has no place in a court list and was left out",
                    "tell us what it means if it matters",
                ),
                name,
            )
        for name, where in record.repeated():
            self.add(
                Problem(
                    "libra.repeated",
                    where,
                    f"<{name}> stands more than once; the first was taken",
                    "send the element once",
                )
            )


class Record:
    """Children by name. Positions are counted here, so that a place costs nothing until it is needed."""

    __slots__ = ("_children", "_node", "_path", "_single", "_taken")

    def __init__(self, node: Node, path: str | None = None) -> None:
        self._node = opened(node)
        self._path = self._node.where.partition(", ")[2] if path is None or self._node is not node else path
        self._children: dict[str, list[Node]] = {}
        for child in self._node.children():
            self._children.setdefault(child.name, []).append(child)
        self._taken: set[str] = set()
        self._single: set[str] = set()

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
        """The place of the first child of that name, or of this element if there is none."""
        found = self._children.get(name)
        return f"line {found[0].line}, {self._path}/{name}" if found else self.where

    def text(self, name: str) -> str | None:
        """The text of the one child of that name; None if absent or blank."""
        self._taken.add(name)
        self._single.add(name)
        found = self._children.get(name)
        return found[0].text() if found else None

    def child(self, name: str) -> "Record | None":
        self._single.add(name)
        return next(self.each(name), None)

    def each(self, name: str) -> Iterator["Record"]:
        self._taken.add(name)
        found = self._children.get(name, [])
        for number, node in enumerate(found, 1):
            step = f"{name}[{number}]" if len(found) > 1 else name
            yield Record(node, f"{self._path}/{step}")

    def leftovers(self) -> Iterator[tuple[str, str]]:
        """(name, place) of each kind of child that has content and was never asked for."""
        for name, nodes in self._children.items():
            if name not in self._taken and name not in _TECHNICAL and any(_has_content(node) for node in nodes):
                yield name, self.where_of(name)

    def repeated(self) -> Iterator[tuple[str, str]]:
        """(name, place) of what was read as one but stands there again with content."""
        for name in self._single:
            if any(_has_content(node) for node in self._children.get(name, [])[1:]):
                yield name, self.where_of(name)


def opened(node: Node) -> Node:
    """The element itself, or the document that it holds as an escaped string. Raises Refused if that is malformed."""
    text = node.text()
    if text is None or not text.startswith("<") or next(node.children(), None) is not None:
        return node
    return parse(_without_declaration(text).encode(), place=node.where.partition(", ")[2])


def _without_declaration(text: str) -> str:
    """A string is no longer in the encoding that its declaration may name."""
    return text.partition("?>")[2] if text.startswith("<?xml") else text


def _has_content(node: Node) -> bool:
    return node.text() is not None or next(node.children(), None) is not None


def refused(code: str, where: str, problem: str, cure: str) -> Refused:
    return Refused(Problem(code, where, problem, cure))
