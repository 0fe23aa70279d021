"""How much each comparison speaks for one person: how often its level occurs between two records of one person, against
how often between two people with names and dates as common as these. Pure.
"""

from dataclasses import dataclass

from hub.identity.linkage.model import (
    ADDRESS,
    ADDRESS_WHERE_POSTCODE_AGREES,
    ADDRESS_WHERE_POSTCODE_DIFFERS,
    BORN,
    COMPARISONS,
    PLACE,
    PLACE_WHERE_HOME_DIFFERS,
    PLACE_WHERE_POSTCODE_AGREES,
    PLACE_WHERE_STREET_AGREES,
    POSTCODE,
    SURNAME,
    AgreementLevel,
    Chance,
    Comparison,
    Level,
)
from hub.identity.linkage.normalise import Comparable
from hub.identity.linkage.shares import Shares

UNKNOWN = -1
_DATES_ONE_DIGIT_AWAY = 28
_SWAPPABLE = 0.36  # the share of dates whose day is a month too, and another one
_KINDS_OF_SLIP = 4
_LETTERS = 26
_SPELT_DIFFERENTLY = 50  # So many times as many people may be meant.
_SAME_PLACE_MIN = 0.005
_CHANGED_PLACES = 1
_AGREES_UP_TO = 1  # the levels of a postcode at which it agrees: the same, and one character different


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records by their positions, and the level of each comparison, UNKNOWN or counted from 0."""

    left: int
    right: int
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """`chances`: how often each level occurs between two people like these. `same`: how often between records of one
    person, where this is known better than from the table, otherwise None."""

    pair: Pair
    chances: tuple[float, ...]
    same: tuple[float | None, ...]


def weigh(pair: Pair, left: Comparable, right: Comparable, shares: Shares) -> Weighed:
    chances: list[float] = []
    same: list[float | None] = []
    levels = dict(zip((c.name for c in COMPARISONS), pair.levels, strict=True))
    for comparison, number in zip(COMPARISONS, pair.levels, strict=True):
        if number == UNKNOWN:
            chances.append(1.0)
            same.append(1.0)
            continue
        level = comparison.levels[number]
        chance = level.other if level.chance is Chance.FIXED else _chance(comparison, level, left, right, shares)
        here, chance = _beside(comparison, number, levels, chance, shares)
        chances.append(min(chance, 1.0))
        same.append(here)
    return Weighed(pair, tuple(chances), tuple(same))


def _beside(
    comparison: Comparison, number: int, levels: dict[str, int], chance: float, shares: Shares
) -> tuple[float | None, float]:
    """The parts of an address weigh less beside each other."""
    if comparison is SURNAME and number == _CHANGED_PLACES:  # The given name says it already.
        return 1.0, 1.0
    postcode, address = levels[POSTCODE.name], levels[ADDRESS.name]
    agrees = 0 <= postcode <= _AGREES_UP_TO
    if comparison is ADDRESS and agrees:
        return ADDRESS_WHERE_POSTCODE_AGREES[number], _address_beside_postcode(number, chance, shares)
    if comparison is ADDRESS and postcode != UNKNOWN:
        return ADDRESS_WHERE_POSTCODE_DIFFERS[number]
    if comparison is PLACE and agrees:
        differs = number == len(PLACE.levels) - 1
        town = shares.town_beside_postcode
        return PLACE_WHERE_POSTCODE_AGREES[number], max(1 - town, 0.05) if differs else max(town, chance)
    if comparison is PLACE and 0 <= address < len(ADDRESS.levels) - 2:  # Many towns have a street of that name.
        differs = number == len(PLACE.levels) - 1
        return PLACE_WHERE_STREET_AGREES[number], 0.95 if differs else max(_SAME_PLACE_MIN, chance)
    if comparison is PLACE and (postcode != UNKNOWN or address != UNKNOWN):
        here, fixed = PLACE_WHERE_HOME_DIFFERS[number]
        return here, max(fixed, chance)
    return None, chance


def _address_beside_postcode(number: int, chance: float, shares: Shares) -> float:
    street = shares.street_beside_postcode
    match number:
        case 0:
            return shares.house_beside_postcode
        case 1:
            return street
        case 2:
            return chance * (1 - street)
        case _:
            return max((1 - street) * chance, 0.05)


def _chance(comparison: Comparison, level: Level, left: Comparable, right: Comparable, shares: Shares) -> float:
    if comparison is BORN:
        return _born(level, left.born or "", right.born or "", shares)
    if comparison is POSTCODE:
        postcode = left.postcode or ""
        return shares.district(postcode) if level.chance is Chance.DISTRICT else shares.postcode.share(postcode)
    if comparison is PLACE:
        return _place(left, right, shares)
    if level.chance in (Chance.CHANGED_PLACES, Chance.CHANGED_PLACES_ALIKE):
        return _changed_places(level, left, right, shares)
    if comparison is SURNAME:
        one, other = left.surname or "", right.surname or ""
        if level.chance is Chance.SHARE:
            return shares.surname.share(one)
        spelt = min(shares.surname.misspelt(one), shares.surname.misspelt(other)) / _slip(one, other)
        return min(spelt, max(shares.surname.near(one), shares.surname.near(other)))
    return _given(level, left, right, shares)


def _changed_places(level: Level, left: Comparable, right: Comparable, shares: Shares) -> float:
    """Two people agree like this if one of them is called what the other is called the other way round: either this is
    their name, or their names changed places when they were written."""
    one, other = (
        shares.given.share(each.given or "") * shares.surname.share(each.surname or "") for each in (left, right)
    )
    if level.chance is Chance.CHANGED_PLACES_ALIKE:
        return max(one, other) * _SPELT_DIFFERENTLY
    return (one + level.same * other) * (other + level.same * one) / (one + other)


def _given(level: Level, left: Comparable, right: Comparable, shares: Shares) -> float:
    one, other, given = left.given or "", right.given or "", shares.given
    if level.chance is Chance.SHARE:
        born = left.born if left.born and right.born and left.born[:3] == right.born[:3] else None
        return shares.given_of(one, born)
    if level.chance is Chance.SHORTENED:
        # About half of all people have a name that is shortened, and either record may have the short form.
        alike = max(given.beginning_alike(one), given.beginning_alike(other))
        return min(given.share_of_either(one), given.share_of_either(other), alike)
    spelt = min(given.misspelt(one), given.misspelt(other)) / _slip(one, other)
    return min(spelt, max(given.near(one), given.near(other)))


def _slip(one: str, other: str) -> float:
    """The chance that a slip makes just this of a word: letters that are left out or change places are few, wrong ones
    many."""
    few = len(one) != len(other) or sorted(one) == sorted(other)
    return 1 / (_KINDS_OF_SLIP * max(len(one), len(other)) * (1 if few else _LETTERS))


def _born(level: Level, left: str, right: str, shares: Shares) -> float:
    match level.chance:
        case Chance.SHARE:
            return shares.day(left)
        case Chance.SWAPPED:
            return _SWAPPABLE * max(shares.day(left), shares.day(right))
        case Chance.DIGIT:
            return _DATES_ONE_DIGIT_AWAY * max(shares.day(left), shares.day(right))
        case Chance.PARTS:
            year = max(shares.year(left), shares.year(right))
            return year / 12 + year / 30 + 1 / 365
        case Chance.MONTH:
            return shares.year(left) / 12
        case _:
            return shares.year(left)


def _place(left: Comparable, right: Comparable, shares: Shares) -> float:
    """How common the place is: the share of its town, or of the locality if the town is not the same."""
    found = [
        max(counted.share(one), counted.share(other))
        for counted, one, other in (
            (shares.town, left.town, right.town),
            (shares.locality, left.locality, right.locality),
        )
        if one and other and one[:4] == other[:4]
    ]
    return min(found, default=0.005)


def agreement(pair: Pair) -> dict[str, AgreementLevel]:
    return {
        comparison.name: AgreementLevel.UNKNOWN if number == UNKNOWN else comparison.levels[number].agreement
        for comparison, number in zip(COMPARISONS, pair.levels, strict=True)
    }
