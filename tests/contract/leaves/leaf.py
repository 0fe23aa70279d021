"""The leaves of a document, whatever its format, and copies of the document in which one leaf is different.

A leaf is a value of a JSON tree, a text or an attribute of an XML tree, or a word of a file of lines. Documents that
stand as a text in another are opened.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

UNKNOWN = "madeUpLeaf"


class Document(Protocol):
    def leaves(self) -> "list[Leaf]": ...

    def whole(self) -> bytes:
        """As the copies are written, with nothing changed."""
        ...

    def changed(self, leaf: "Leaf", value: Any) -> bytes: ...

    def without(self, leaf: "Leaf", above: int) -> bytes | None:
        """Without the part that stands `above` steps over the leaf: 0 is the leaf. None if there is no such part."""
        ...

    def alone(self, leaf: "Leaf", above: int) -> bytes | None:
        """With nothing but the leaf in the part that stands `above` steps over it."""
        ...

    def with_unknown(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """For each place that can hold a leaf that nobody knows: the place, and what writes the document with it."""
        ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """`place` is written as in a doubt; `path` is the document's own way to it."""

    place: str
    value: Any
    path: tuple[Any, ...]


class Inside:
    """A step into the document that a text holds."""


INSIDE = Inside()
