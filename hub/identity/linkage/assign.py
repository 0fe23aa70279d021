"""Turns scored pairs into links: a person has at most one counterpart, and only a clear case is certain. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.identity.linkage.model import BORN, GIVEN, SURNAME, AgreementLevel
from hub.identity.linkage.records import LinkCertainty, LinkEvidence

# In bits: each doubles the odds. docs/linkage.md gives the reasons.
CERTAIN_FROM = 3.5  # Eleven to one that the two are one person, before rivals are considered.
MARGIN = 3.0  # eight times as likely as any other candidate
DOUBTFUL_FROM = -2.0  # One in five. Below it, a person would almost always find no match.
CANDIDATES_MAX = 3  # The most candidates for one record that a person is shown.


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair by its positions in the two sides. `weight` is in bits and includes the prior. `agreement` is by
    comparison."""

    left: int
    right: int
    weight: float
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
    ranked = sorted(pairs, key=lambda pair: (-pair.weight, pair.left, pair.right))
    certain = _certain(ranked, objection)
    left, right = {pair.left for pair in certain}, {pair.right for pair in certain}
    free = [pair for pair in ranked if pair.left not in left and pair.right not in right]
    return [
        *(
            Decided(pair, LinkCertainty.CERTAIN, "the match is strong and no other candidate comes close")
            for pair in certain
        ),
        *_doubtful(free, objection),
    ]


def names_nobody(pair: Scored) -> str | None:
    """A home is not a person: some part of the names or the date of birth must agree."""
    if any(pair.agreement[c.name] in (AgreementLevel.YES, AgreementLevel.PARTLY) for c in (GIVEN, SURNAME, BORN)):
        return None
    return "only the home agrees, and neither a name nor the date of birth"


def may_be_kin(pair: Scored) -> str | None:
    """In families that share a home, only the given name and the date of birth distinguish the members."""
    unlike = [c.name for c in (GIVEN, BORN) if pair.agreement[c.name] is not AgreementLevel.YES]
    return f"it may be a relation who shares the home: {' and '.join(unlike)} do not agree" if unlike else None


def _certain(ranked: Sequence[Scored], objection: Objection) -> list[Scored]:
    """Each is the best for both its records, by the margin. They are found in rounds: a rival that certainly belongs to
    another record no longer counts."""
    rivals = _rivals(ranked)
    possible = [
        pair
        for pair in ranked
        if pair.weight >= CERTAIN_FROM
        and all(rival.weight <= pair.weight for rival in rivals(pair))
        and objection(pair) is None
    ]
    found: list[Scored] = []
    left: set[int] = set()
    right: set[int] = set()

    def is_free(pair: Scored) -> bool:
        return pair.left not in left and pair.right not in right

    while clear := [pair for pair in possible if is_free(pair) and not _near(pair, filter(is_free, rivals(pair)))]:
        found += clear
        left.update(pair.left for pair in clear)
        right.update(pair.right for pair in clear)
    return found


def _near(pair: Scored, rivals: Iterable[Scored]) -> bool:
    return any(rival.weight > pair.weight - MARGIN for rival in rivals)


def _rivals(pairs: Sequence[Scored]) -> Callable[[Scored], list[Scored]]:
    by_left: dict[int, list[Scored]] = defaultdict(list)
    by_right: dict[int, list[Scored]] = defaultdict(list)
    for pair in pairs:
        by_left[pair.left].append(pair)
        by_right[pair.right].append(pair)
    return lambda pair: [rival for rival in by_left[pair.left] + by_right[pair.right] if rival is not pair]


def _doubtful(ranked: Sequence[Scored], objection: Objection) -> list[Decided]:
    rivals = _rivals(ranked)
    shown: dict[int, int] = defaultdict(int)
    decided = []
    for pair in ranked:
        if pair.weight >= DOUBTFUL_FROM and shown[pair.left] < CANDIDATES_MAX:
            shown[pair.left] += 1
            decided.append(Decided(pair, LinkCertainty.DOUBTFUL, _why(pair, rivals(pair), objection)))
    return decided


def _why(pair: Scored, rivals: Sequence[Scored], objection: Objection) -> str:
    if pair.weight < CERTAIN_FROM:
        return "the match is not strong enough"
    if any(rival.weight >= pair.weight for rival in rivals):
        return "another candidate fits as well or better"
    return objection(pair) or "another candidate fits nearly as well"
