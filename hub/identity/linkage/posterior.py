"""The chance that a pair is one person, by Bayes' rule, beside everybody else whom the two records may be about. Pure.

How many people are in both sides, and how often records of one person differ, is a judgement (`model.py`) that counts
as much as some pairs that were seen. What the sides themselves show is added to it, each pair by its chance.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.identity.linkage.homes import Relations
from hub.identity.linkage.model import BORN, COMPARISONS, GIVEN, SURNAME, TRAINED, AgreementLevel, Chance, Comparison
from hub.identity.linkage.weigh import UNKNOWN, Weighed

OVERLAP = 0.2  # of the smaller side: how many are expected on the other side
OVERLAP_MAX = 0.95
_JUDGED_RECORDS = 50  # So many records the judgement of the overlap counts.
_JUDGED_PAIRS = 200  # So many pairs of one person the judgement of the levels counts.
_ROUNDS = 8
_ERROR_MIN = 1e-15  # Nothing is impossible.

_TWINS_NAMED_ALIKE = 0.02
_KEPT_SURNAME = 0.9
_JUDGED_RELATIONS = 2000  # So many records the judgement of the relations counts.

_GIVEN, _SURNAME, _BORN = (COMPARISONS.index(each) for each in (GIVEN, SURNAME, BORN))
_HOME = tuple(n for n, each in enumerate(COMPARISONS) if each not in (GIVEN, SURNAME, BORN))
Table = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Sides:
    """`people`: how many were looked among. `relations`: as they live together within a side."""

    left: int
    right: int
    people: int
    relations: Relations


@dataclass(frozen=True, slots=True)
class Expected:
    """`overlap`: of the smaller side, how many are on the other side too. `same`: how often each level occurs between
    records of one person."""

    overlap: float
    relations: Relations
    same: Table


@dataclass(frozen=True, slots=True)
class Likely:
    """A pair with its chance of being two people, and how much each comparison speaks for one."""

    weighed: Weighed
    error: float
    ratios: tuple[float, ...]


def likely(pairs: Sequence[Weighed], sides: Sides) -> list[Likely]:
    judged = {each.name: [level.same for level in each.levels] for each in COMPARISONS}
    expected = Expected(OVERLAP, sides.relations, judged)
    errors: list[float] = []
    ratios: list[tuple[float, ...]] = []
    for _ in range(_ROUNDS):
        ratios = [_ratios(each, expected.same) for each in pairs]
        errors, twins, namesakes = _errors(pairs, ratios, expected, sides)
        expected = _learnt(pairs, errors, sides, twins, namesakes)
    return [Likely(*each) for each in zip(pairs, errors, ratios, strict=True)]


def _learnt(
    pairs: Sequence[Weighed], errors: Sequence[float], sides: Sides, twins: float, namesakes: float
) -> Expected:
    """What was judged, and what the pairs show."""
    smaller = min(sides.left, sides.right)
    found = sum(1 - error for error in errors)
    records = sides.left + _JUDGED_RELATIONS

    def fewer(seen: float, counted: float) -> float:
        """What the files show within themselves is the most that is believed between them."""
        return min((seen + counted * _JUDGED_RELATIONS) / records, counted)

    return Expected(
        min((found + OVERLAP * _JUDGED_RECORDS) / (smaller + _JUDGED_RECORDS), OVERLAP_MAX),
        Relations(fewer(twins, sides.relations.twins), fewer(namesakes, sides.relations.namesakes)),
        _seen(pairs, errors),
    )


def _ratios(each: Weighed, same: Table) -> tuple[float, ...]:
    return tuple(
        1.0 if level == UNKNOWN else (same[comparison.name][level] if here is None else here) / chance
        for comparison, level, chance, here in zip(COMPARISONS, each.pair.levels, each.chances, each.same, strict=True)
    )


def _errors(
    pairs: Sequence[Weighed], ratios: Sequence[tuple[float, ...]], expected: Expected, sides: Sides
) -> tuple[list[float], float, float]:
    """The chance that each pair is two people, and how many records of the left are about a twin, and about a namesake,
    at the home of somebody on the right.

    What each record says about its other candidates is passed on once: a rival who is certainly somebody else casts no
    doubt.
    """
    larger = max(sides.left, sides.right, sides.people)
    single = 1 - expected.overlap  # The record of the smaller side is about nobody on the other.
    odds = [expected.overlap / larger / single * _product(each) for each in ratios]
    twins, namesakes, of_left, of_right = (defaultdict[int, float](float) for _ in range(4))
    for each, ratio, odd in zip(pairs, ratios, odds, strict=True):
        twin, namesake = _kin(each, ratio)
        twins[each.pair.left] += expected.relations.twins / larger / single * twin
        namesakes[each.pair.left] += expected.relations.namesakes / larger / single * namesake
        of_left[each.pair.left] += odd
        of_right[each.pair.right] += odd
    rival = [
        (odd / (1 + max(of_right[at.right] - odd, 0.0)), odd / (1 + max(of_left[at.left] - odd, 0.0)))
        for at, odd in ((each.pair, odd) for each, odd in zip(pairs, odds, strict=True))
    ]
    rivals_left, rivals_right = (defaultdict[int, float](float) for _ in range(2))
    for each, (of_one, of_other) in zip(pairs, rival, strict=True):
        rivals_left[each.pair.left] += of_one
        rivals_right[each.pair.right] += of_other
    errors = []
    for each, odd, (of_one, of_other) in zip(pairs, odds, rival, strict=True):
        left, right = each.pair.left, each.pair.right
        rivals = max(rivals_left[left] - of_one, 0.0) + max(rivals_right[right] - of_other, 0.0)
        against = 1 + twins[left] + namesakes[left] + rivals
        errors.append(min(max(against / (against + odd), _ERROR_MIN), 1 - _ERROR_MIN))
    wholes = {left: 1 + twins[left] + namesakes[left] + of_left[left] for left in of_left}
    return (
        errors,
        sum(twins[left] / whole for left, whole in wholes.items()),
        sum(namesakes[left] / whole for left, whole in wholes.items()),
    )


def _product(ratios: Sequence[float]) -> float:
    product = 1.0
    for ratio in ratios:
        product *= ratio
    return product


def _kin(each: Weighed, ratios: Sequence[float]) -> tuple[float, float]:
    """How much speaks for two relations at one home: for twins of one day with two names, and for parent and child of
    one name."""
    shared = _KEPT_SURNAME * ratios[_SURNAME] + (1 - _KEPT_SURNAME)
    for n in _HOME:
        shared *= ratios[n]
    twins = ratios[_BORN] * (_TWINS_NAMED_ALIKE if each.pair.levels[_GIVEN] == 0 else 1.0)
    of_one_day = _agrees(each, _BORN) is AgreementLevel.YES
    return shared * twins, 0.0 if of_one_day else shared * ratios[_GIVEN]


def _agrees(each: Weighed, place: int) -> AgreementLevel:
    level = each.pair.levels[place]
    return AgreementLevel.UNKNOWN if level == UNKNOWN else COMPARISONS[place].levels[level].agreement


def _seen(pairs: Sequence[Weighed], errors: Sequence[float]) -> Table:
    """The share of each level among the pairs of one person: as judged, and as the pairs show. What is only known in
    part stays as judged."""
    counts = {each.name: [level.same * _JUDGED_PAIRS for level in each.levels] for each in TRAINED}
    for each, error in zip(pairs, errors, strict=True):
        for comparison, level in zip(COMPARISONS, each.pair.levels, strict=True):
            if level != UNKNOWN and comparison in TRAINED:
                counts[comparison.name][level] += 1 - error
    return {each.name: _shares(each, counts.get(each.name)) for each in COMPARISONS}


def _shares(comparison: Comparison, counts: Sequence[float] | None) -> Sequence[float]:
    if counts is None:
        return [level.same for level in comparison.levels]
    whole = [level.chance not in (Chance.MONTH, Chance.YEAR) for level in comparison.levels]
    total = sum(count for count, is_whole in zip(counts, whole, strict=True) if is_whole)
    return [
        count / total if is_whole else level.same
        for level, count, is_whole in zip(comparison.levels, counts, whole, strict=True)
    ]
