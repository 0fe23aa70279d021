"""What clauses say about each field of a kind: passed, masked, made a pseudonym, or withheld. Deny by default."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from hub.sharing.terms.masks import mask_of
from hub.sharing.terms.protocols import Clause
from hub.sharing.terms.pseudonyms import can_be_pseudonym
from hub.sharing.terms.selecting import Selector
from schemas.category import Category
from schemas.kind import Payload
from schemas.shape import Leaf, leaves_of


class Action(StrEnum):
    """What happens to a value on its way to a recipient."""

    PASSED = "passed"
    MASKED = "masked"
    PSEUDONYMISED = "pseudonymised"
    WITHHELD = "withheld"


_LEAVING = frozenset({Action.PASSED, Action.MASKED, Action.PSEUDONYMISED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`clause` names the words of the protocol that decide. None if no clause lists the field."""

    leaf: Leaf
    action: Action
    clause: str | None

    @property
    def path(self) -> str:
        return self.leaf.path

    @property
    def category(self) -> Category:
        return self.leaf.category

    @property
    def granted(self) -> bool:
        """Whether the value may be sent as it is."""
        return self.action is Action.PASSED


@dataclass(frozen=True, slots=True)
class Restraint:
    """What a condition takes away when it applies. `action` is WITHHELD or MASKED; `says` names the condition."""

    says: str
    action: Action
    selectors: tuple[Selector, ...]


@lru_cache(maxsize=1_024)
def verdicts(
    clauses: tuple[Clause, ...], payload: type[Payload], restraints: tuple[Restraint, ...] = ()
) -> tuple[Verdict, ...]:
    """One verdict for every leaf of the payload, in the order of its fields. Restraints can only take away.

    Clauses add up. But a field that one clause excepts is not granted by another, and a field that one clause masks or
    makes a pseudonym is not passed by another. The protection of a field must not depend on how many clauses cover it.
    """
    return tuple(_restrained(_verdict(clauses, leaf), restraints) for leaf in leaves_of(payload))


def possible(leaf: Leaf, action: Action) -> bool:
    """Whether that action is possible for a value of this field."""
    if action is Action.MASKED:
        return mask_of(leaf) is not None
    return action is not Action.PSEUDONYMISED or can_be_pseudonym(leaf)


def _verdict(clauses: Sequence[Clause], leaf: Leaf) -> Verdict:
    for action, clause, verb, selectors in _most_protective_first(clauses):
        for selector in selectors:
            if selector.picks(leaf):
                done = action if possible(leaf, action) else Action.WITHHELD
                return Verdict(leaf, done, f"clause {clause.id!r} {verb} {selector}")
    return Verdict(leaf, Action.WITHHELD, None)


def _restrained(verdict: Verdict, restraints: Sequence[Restraint]) -> Verdict:
    for action, touched in ((Action.WITHHELD, _LEAVING), (Action.MASKED, {Action.PASSED})):
        for restraint in restraints:
            picked = next((s for s in restraint.selectors if s.picks(verdict)), None)
            if restraint.action is action and verdict.action in touched and picked is not None:
                done = action if possible(verdict.leaf, action) else Action.WITHHELD
                verb = "withholds" if done is Action.WITHHELD else "masks"
                return Verdict(verdict.leaf, done, f"{restraint.says} {verb} {picked}")
    return verdict


def _most_protective_first(clauses: Sequence[Clause]) -> Iterator[tuple[Action, Clause, str, tuple[Selector, ...]]]:
    yield from ((Action.WITHHELD, clause, "excepts", clause.excepted) for clause in clauses)
    yield from ((Action.MASKED, clause, "masks", clause.masked) for clause in clauses)
    yield from ((Action.PSEUDONYMISED, clause, "pseudonymises", clause.pseudonymised) for clause in clauses)
    yield from ((Action.PASSED, clause, "lists", clause.fields) for clause in clauses)
