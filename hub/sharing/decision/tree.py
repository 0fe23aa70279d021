"""The verdicts of a permit as a tree in the shape of the payload, so that one walk decides every value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.sharing.terms.grants import Action, Restraint, Verdict, verdicts
from hub.sharing.terms.masks import Mask, mask_of
from hub.sharing.terms.protocols import Clause
from schemas.fields import IdentifierRule
from schemas.kind import Payload


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the shape: a leaf with its verdict, a list with an `item`, or an object with `children`.

    `granted`: this leaf, or some leaf below, may be sent. `pseudonymised`: a pseudonym may be sent. `clause` names what
    decides about a leaf. `restraints` are those of the whole tree.
    """

    path: str
    granted: bool
    pseudonymised: bool
    leaf: Action | None = None
    mask: Mask | None = None
    rule: IdentifierRule | None = None
    clause: str | None = None
    restraints: tuple[Restraint, ...] = ()
    item: "Place | None" = None
    children: "Mapping[str, Place] | None" = None


_Below = Sequence[tuple[tuple[str, ...], Verdict]]  # The path steps that remain, and the verdict.


@lru_cache(maxsize=1_024)
def tree_of(clauses: tuple[Clause, ...], payload: type[Payload], restraints: tuple[Restraint, ...] = ()) -> Place:
    """The root of the tree. Its path is empty."""
    found = verdicts(clauses, payload, restraints)
    return _grow("", [(_steps(verdict.path), verdict) for verdict in found], restraints)


def place_at(tree: Place, path: str) -> Place:
    """KeyError if the payload has no such place."""
    place = tree
    for step in _steps(path) if path else ():
        below = place.item if step == "[]" else (place.children or {})[step]
        if below is None:
            raise KeyError(path)
        place = below
    return place


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", ".[]").split("."))


def _grow(path: str, below: _Below, restraints: tuple[Restraint, ...]) -> Place:
    actions = {verdict.action for _, verdict in below}
    granted, pseudonymised = actions != {Action.WITHHELD}, Action.PSEUDONYMISED in actions
    groups: dict[str, list[tuple[tuple[str, ...], Verdict]]] = {}
    for steps, verdict in below:
        if steps:
            groups.setdefault(steps[0], []).append((steps[1:], verdict))
    if not groups:
        verdict = below[0][1]
        leaf, action = verdict.leaf, verdict.action
        mask = mask_of(leaf) if action is Action.MASKED else None
        return Place(path, granted, pseudonymised, action, mask, leaf.rule, verdict.clause, restraints)
    if "[]" in groups:
        item = _grow(f"{path}[]", groups["[]"], restraints)
        return Place(path, granted, pseudonymised, restraints=restraints, item=item)
    children = {name: _grow(f"{path}.{name}" if path else name, group, restraints) for name, group in groups.items()}
    return Place(path, granted, pseudonymised, restraints=restraints, children=children)
