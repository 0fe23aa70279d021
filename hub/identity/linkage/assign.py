"""Turns weighed pairs into links: a person has at most one counterpart, and only a clear case is certain. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.identity.linkage.model import BORN, GIVEN, SURNAME, AgreementLevel
from hub.identity.linkage.records import LinkCertainty, LinkEvidence

# Chances that the two are two people. docs/linkage.md gives the reasons.
CERTAIN_UP_TO = 1 / 2000
CERTAIN_AMONG_SURE_ONES = 1 / 100  # as long as the certain links together keep to the next figure
FALSE_SHARE_MAX = 5e-5
DOUBTFUL_UP_TO = 0.98
CANDIDATES_MAX = 3  # The most candidates for one record that a person is shown.


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair by its positions in the two sides. `error` is the chance that they are two people, with everybody else in
    view whom the records may be about. `agreement` is by comparison."""

    left: int
    right: int
    error: float
    evidence: tuple[LinkEvidence, ...]
    agreement: Mapping[str, AgreementLevel]


@dataclass(frozen=True, slots=True)
class Decided:
    pair: Scored
    certainty: LinkCertainty
    why: str


Objection = Callable[[Scored], str | None]
"""Why a pair must not be certain, however similar its records are. None if it may be."""


def assign(pairs: Iterable[Scored], objection: Objection) -> list[Decided]:
    """Certain links first, then the pairs that a person must decide, best first."""
    ranked = sorted(pairs, key=lambda pair: (pair.error, pair.left, pair.right))
    certain, left, right = _certain(ranked, objection)
    free = [pair for pair in ranked if pair.left not in left and pair.right not in right]
    return [
        *(
            Decided(pair, LinkCertainty.CERTAIN, "the match is strong and no other candidate comes close")
            for pair in certain
        ),
        *_doubtful(free, objection),
    ]


def _certain(ranked: Sequence[Scored], objection: Objection) -> tuple[list[Scored], set[int], set[int]]:
    """The surest first, until the expected share of false links among them would become too large."""
    found: list[Scored] = []
    left: set[int] = set()
    right: set[int] = set()
    expected_false = 0.0
    for pair in ranked:
        if pair.error > CERTAIN_AMONG_SURE_ONES:
            break
        if pair.left in left or pair.right in right or objection(pair) is not None:
            continue
        if pair.error <= CERTAIN_UP_TO or expected_false + pair.error <= FALSE_SHARE_MAX * (len(found) + 1):
            found.append(pair)
            left.add(pair.left)
            right.add(pair.right)
            expected_false += pair.error
    return found, left, right


def names_nobody(pair: Scored) -> str | None:
    """A home is not a person: some part of the names or the date of birth must agree."""
    if any(pair.agreement[c.name] in (AgreementLevel.YES, AgreementLevel.PARTLY) for c in (GIVEN, SURNAME, BORN)):
        return None
    return "only the home agrees, and neither a name nor the date of birth"


def may_be_kin(pair: Scored) -> str | None:
    """In families that share a home, only the given name and the date of birth distinguish the members."""
    unlike = [c.name for c in (GIVEN, BORN) if pair.agreement[c.name] is not AgreementLevel.YES]
    return f"it may be a relation who shares the home: {' and '.join(unlike)} do not agree" if unlike else None


def _doubtful(ranked: Sequence[Scored], objection: Objection) -> list[Decided]:
    candidates: dict[int, int] = defaultdict(int)
    for pair in ranked:
        if pair.error <= DOUBTFUL_UP_TO:
            candidates[pair.left] += 1
    shown: dict[int, int] = defaultdict(int)
    decided = []
    for pair in ranked:
        if pair.error <= DOUBTFUL_UP_TO and shown[pair.left] < CANDIDATES_MAX:
            shown[pair.left] += 1
            decided.append(Decided(pair, LinkCertainty.DOUBTFUL, _why(pair, candidates[pair.left], objection)))
    return decided


def _why(pair: Scored, candidates: int, objection: Objection) -> str:
    if (why := objection(pair)) is not None:
        return why
    return "another candidate fits as well or nearly as well" if candidates > 1 else "the match is not strong enough"
