"""A message as a tree that remembers what was read, so that nothing is left out unnoticed."""

from collections.abc import Iterator, Set

from adapters.fitting import Placed
from adapters.says_nothing import leaves_that_say_nothing
from adapters.xml import Node


class Element:
    """One element, or one attribute, which counts as a child called `@name`. Reading its text marks it as read;
    `leftovers` are the unread ones.

    The children are indexed once by name, because a message may have thousands of siblings.
    """

    __slots__ = ("_children", "_ordered", "_own", "_parent", "_place", "_position", "_taken", "line", "name")

    def __init__(self, name: str, line: int, own: str | None, parent: "Element | None", place: str = "") -> None:
        self.name = name
        self.line = line
        self._parent = parent
        self._place = place
        self._position = 0
        self._own = own
        self._taken = False
        self._ordered: list[Element] = []
        self._children: dict[str, list[Element]] = {}

    @classmethod
    def of(cls, message: Node) -> "Element":
        """Return the tree of `message`, which knows its place in the document."""
        return cls._built(message, None, message.where.partition(", ")[2])

    @classmethod
    def _built(cls, node: Node, parent: "Element | None", place: str = "") -> "Element":
        leaves = dict(node.own_leaves())
        made = cls(node.name, node.line, leaves.pop("", None), parent, place)
        made._ordered = [cls(name, node.line, value, made) for name, value in leaves.items()]
        made._ordered += [cls._built(child, made) for child in node.children()]
        for element in made._ordered:
            same = made._children.setdefault(element.name, [])
            same.append(element)
            element._position = len(same)
        return made

    @property
    def where(self) -> str:
        """`line 12, /ResultedCaseMessage/Session/Case[2]`."""
        steps: list[str] = []
        element = self
        while element._parent is not None:
            alone = len(element._parent._children[element.name]) == 1
            steps.append(element.name if alone else f"{element.name}[{element._position}]")
            element = element._parent
        return f"line {self.line}, {'/'.join([element._place, *reversed(steps)])}"

    def all(self, path: str) -> Iterator["Element"]:
        """Return every element at `path` of local names."""
        head, _, rest = path.partition("/")
        for child in self._children.get(head, ()):
            if rest:
                yield from child.all(rest)
            else:
                yield child

    def child(self, path: str) -> "Element | None":
        """Return the first element at `path`, if the interface has only one. A further one stays unread and is
        doubted."""
        return next(self.all(path), None)

    def among(self, names: Set[str]) -> list["Element"]:
        """Return the children with any of these names, in document order."""
        return [child for child in self._ordered if child.name in names]

    def take(self) -> str | None:
        """Return the trimmed text of this element, with its place; None if blank."""
        self._taken = True
        return Placed.at(self.where, self._own) if self._own else None

    def take_all(self) -> None:
        """Mark this element and all below it as read, because it has been reported already."""
        self._taken = True
        for child in self._ordered:
            child.take_all()

    def text(self, path: str) -> str | None:
        """Return the text of the first element at `path`; None if absent or blank."""
        found = self.child(path)
        return found.take() if found else None

    def leftovers(self, skip: Set[str] = frozenset()) -> list["Element"]:
        """Yield the unread elements with content that may say something, except children named in `skip`. A branch of
        which nothing was read is yielded once."""
        left = [self] if self._own and not self._taken and not self._says_nothing() else []
        for child in self._ordered:
            if child.name not in skip:
                below = child.leftovers()
                left += below if child._touched() or not below else [child]
        return left

    def count_values(self) -> int:
        """Return how many texts and attributes of it and below it may say something."""
        own = 1 if self._own and not self._says_nothing() else 0
        return own + sum(child.count_values() for child in self._ordered)

    def _says_nothing(self) -> bool:
        return leaves_that_say_nothing("spi").covers(self.where, self._own)

    def _touched(self) -> bool:
        return self._taken or any(child._touched() for child in self._ordered)
