"""What clauses say of each field of a kind: granted, excepted, or not listed. Deny by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.sharing.protocols import Clause
from schemas.category import Category
from schemas.kind import Payload
from schemas.shape import Leaf, leaves_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """`clause` names the words of the protocol that decide; None where no clause lists the field."""

    path: str
    category: Category
    granted: bool
    clause: str | None


@lru_cache(maxsize=1_024)
def verdicts(clauses: tuple[Clause, ...], payload: type[Payload]) -> tuple[Verdict, ...]:
    """One verdict for every leaf of the payload, in the order of its fields.

    Clauses add up, but what one excepts no other grants: the protection of a field must not hang on how many
    clauses happen to cover it.
    """
    return tuple(_verdict(clauses, leaf) for leaf in leaves_of(payload))


def _verdict(clauses: Sequence[Clause], leaf: Leaf) -> Verdict:
    for clause in clauses:
        for selector in clause.excepted:
            if selector.picks(leaf):
                return Verdict(leaf.path, leaf.category, False, f"clause {clause.id!r} excepts {selector}")
    for clause in clauses:
        for selector in clause.fields:
            if selector.picks(leaf):
                return Verdict(leaf.path, leaf.category, True, f"clause {clause.id!r} lists {selector}")
    return Verdict(leaf.path, leaf.category, False, None)
