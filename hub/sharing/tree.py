"""The verdicts of a permit as a tree in the shape of the payload, so that one walk decides every value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.sharing.grants import verdicts
from hub.sharing.protocols import Clause
from schemas.kind import Payload


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the shape: a leaf, a list with an `item`, or an object with `children`.

    `granted` says that this leaf, or some leaf below, may leave.
    """

    path: str
    granted: bool
    leaf: bool = False
    item: "Place | None" = None
    children: "Mapping[str, Place] | None" = None


_Below = Sequence[tuple[tuple[str, ...], bool]]  # (steps still to go, granted)


@lru_cache(maxsize=1_024)
def tree_of(clauses: tuple[Clause, ...], payload: type[Payload]) -> Place:
    """The root of the tree; its path is empty."""
    below = [
        (tuple(verdict.path.replace("[]", ".[]").split(".")), verdict.granted) for verdict in verdicts(clauses, payload)
    ]
    return _grow("", below)


def _grow(path: str, below: _Below) -> Place:
    granted = any(allowed for _, allowed in below)
    groups: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for steps, allowed in below:
        if steps:
            groups.setdefault(steps[0], []).append((steps[1:], allowed))
    if not groups:
        return Place(path, granted, leaf=True)
    if "[]" in groups:
        return Place(path, granted, item=_grow(f"{path}[]", groups["[]"]))
    children = {name: _grow(f"{path}.{name}" if path else name, group) for name, group in groups.items()}
    return Place(path, granted, children=children)
