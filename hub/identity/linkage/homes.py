"""Finds out whether people with one surname share homes in these files. Then home and surname name a family, not a
person.

Linkage counts surname and home as independent evidence. If a file contains brothers, or a father and a son, they are
not independent. This can be counted, because within one file every record is another person. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.identity.linkage.normalise import Comparable

# If one person in fifty lives with another of the same name, 400 records contain four such pairs: enough to notice.
RECORDS_MIN = 400
_BY_ACCIDENT = 3  # So many pairs that look like twins or namesakes are no families.
HOME_KEYS = ("house_and_street", "house_and_locality", "house_and_postcode", "street_and_town")
# Many people live in a prison or a hostel and have nothing else in common. Comparing them all would find nobody.
CROWDED_FROM = 50


@dataclass(frozen=True, slots=True)
class Relations:
    """How many twins, and how many people of one's own name, live with somebody of their surname on average."""

    twins: float
    namesakes: float


NO_RELATIONS = Relations(0.0, 0.0)


def relations_at_home(sides: Iterable[Sequence[Comparable]]) -> Relations | None:
    """As counted in these files, and one more where there are families at all. None if there are too few records to
    say."""
    records, together, twins, namesakes, by_chance = 0, 0, 0, 0, 0.0
    for side in sides:
        people = {(surname, home, c.given, c.born) for c in side if (surname := c.surname) and (home := _home(c))}
        records += len(people)
        together += _pairs((surname, home) for surname, home, _, _ in people)
        twins += _pairs((surname, home, born) for surname, home, _, born in people if born)
        namesakes += _pairs((surname, home, given) for surname, home, given, _ in people if given)
        if len(people) > 1:
            alike = _pairs(surname for surname, *_ in people) * _pairs(home for _, home, *_ in people)
            by_chance += alike / (len(people) * (len(people) - 1) / 2)
    if records < RECORDS_MIN:
        return None
    if together <= 3 * by_chance + 3 and twins + namesakes <= _BY_ACCIDENT:
        return NO_RELATIONS
    return Relations((2 * twins + 1) / records, (2 * namesakes + 1) / records)


def home_keys(sides: Sequence[Sequence[Comparable]]) -> list[list[tuple[str | None, ...]]]:
    """For each record the keys of its home, in the order of HOME_KEYS. None if unknown, or if too many people live
    there."""
    keys = [[_keys(person) for person in side] for side in sides]
    living = Counter(key for side in keys for person in side for key in person if key is not None)
    return [
        [tuple(key if key is not None and living[key] <= CROWDED_FROM else None for key in person) for person in side]
        for side in keys
    ]


def _keys(person: Comparable) -> tuple[str | None, ...]:
    return tuple(
        f"{name} {one} {other}" if one and other else None
        for name, one, other in (
            (HOME_KEYS[0], person.house, person.street),
            (HOME_KEYS[1], person.house, person.locality),
            (HOME_KEYS[2], person.house, person.postcode),
            (HOME_KEYS[3], person.street, person.town),
        )
    )


def _home(person: Comparable) -> str | None:
    if person.postcode is not None:
        return person.postcode
    return f"{person.house} {person.street}" if person.house and person.street else None


def _pairs(values: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())
