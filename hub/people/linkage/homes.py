"""Whether people of one surname share homes in the files at hand: then home and surname name a family, not a person.

Linkage counts surname and home as independent evidence. Where a file holds brothers, or a father and a son, they are
not; whether it does can be counted, because within one file every record is another person. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from hub.people.linkage.normalise import Comparable

# Among 400 records, if one person in fifty lives with another of the name, there are four such pairs: enough to notice.
RECORDS_MIN = 400


def homes_are_shared(sides: Iterable[Sequence[Comparable]]) -> bool:
    """True if people with surname and home in common are more than chance makes, or too few records to tell."""
    records, found, by_chance = 0, 0, 0.0
    for side in sides:
        people = {(surname, home, c.given, c.born) for c in side if (surname := c.surname) and (home := _home(c))}
        records += len(people)
        found += _pairs((surname, home) for surname, home, _, _ in people)
        if len(people) > 1:
            alike = _pairs(surname for surname, *_ in people) * _pairs(home for _, home, *_ in people)
            by_chance += alike / (len(people) * (len(people) - 1) / 2)
    return records < RECORDS_MIN or found > 2 * by_chance + 3


def _home(person: Comparable) -> str | None:
    if person.postcode is not None:
        return person.postcode
    return f"{person.house} {person.street}" if person.house and person.street else None


def _pairs(values: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())
