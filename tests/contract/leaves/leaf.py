"""The leaves of a document in any format, and copies of the document in which one leaf is different.

A leaf is a value of a JSON tree, a text or an attribute of an XML tree, or a word of a file of lines. Documents that
are texts inside another document are opened.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

UNKNOWN = "madeUpLeaf"


class Document(Protocol):
    def leaves(self) -> "list[Leaf]": ...

    def whole(self) -> bytes:
        """Return the document as the copies are written, with nothing changed."""
        ...

    def changed(self, leaf: "Leaf", value: Any) -> bytes: ...

    def without(self, leaf: "Leaf", above: int) -> bytes | None:
        """Return the document without the part that is `above` steps above the leaf; 0 is the leaf. None if there is no
        such part."""
        ...

    def alone(self, leaf: "Leaf", above: int) -> bytes | None:
        """Return the document with only the leaf in the part that is `above` steps above it."""
        ...

    def emptied(self, leaf: "Leaf", above: int) -> bytes | None:
        """Return what `alone` returns, without the leaf: what its part says when the leaf is gone."""
        ...

    def with_unknown(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Yield each place that can hold an unknown leaf, with a function that writes the document with it."""
        ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """`place` is written as in a doubt. `path` is the document's own path to it."""

    place: str
    value: Any
    path: tuple[Any, ...]


class Inside:
    """A step into the document that a text holds."""


INSIDE = Inside()
