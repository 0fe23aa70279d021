"""How common each value is among the very people who are looked among. Pure.

Two people called Smith agree by chance more often than two called Sincovich. So the chance of an agreement is the share
of people who have the value, without the two records that are compared, and one added: a value that was seen only
here is rare, not unique.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import takewhile
from math import sqrt
from typing import TypeVar

from hub.identity.linkage.normalise import Comparable
from hub.identity.linkage.records import Population

# How many equally common values there would be if the sides showed nothing.
GIVEN_KINDS, SURNAME_KINDS, BORN_KINDS, YEAR_KINDS = 200, 1000, 20_000, 60
POSTCODE_KINDS, DISTRICT_KINDS, PLACE_KINDS = 1000, 100, 200
_DAYS = 365.25
_YEAR_UNLESS_COUNTED = 1 / 30  # People of the years that are sought are chosen more often. This is a common year.
_EVEN_COUNTS = 2_000_000  # So many people the even share of a day in its year counts.
_PAIRS_TO_TELL = 20
_OVERALL_COUNTS = 2000  # So many people the overall share of a given name counts beside that of its decade.
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


T = TypeVar("T")


class Counted:
    """The values of one field. `chosen_from`: of how many people the right side was chosen, if these are only some.
    `having`: how many of them have a value; without it, all who have a value of this field are here."""

    def __init__(
        self,
        left: Iterable[str | None],
        right: Iterable[str | None],
        kinds: int,
        chosen_from: int | None = None,
        having: Callable[[str], int] | None = None,
    ) -> None:
        self._having = having
        self._left = Counter(value for value in left if value is not None)
        self._right = Counter(value for value in right if value is not None)
        self._kinds = kinds
        self._total = self._left.total() + max(self._right.total(), chosen_from or 0) + kinds
        self._right_total = max(self._right.total(), chosen_from or 0)
        self._sorted: list[str] | None = None
        self._near: dict[str, float] = {}

    def others(self, value: str) -> int:
        """How many have it, without the two that are compared."""
        left, right = self._left[value], self._right[value]
        if self._having is not None:
            return self._counted(value) - bool(left) - bool(right)
        return left + right - (2 if left and right else 1 if left or right else 0)

    def _counted(self, value: str) -> int:
        """How many have it, in both sides and among those from whom the right was chosen."""
        left, right = self._left[value], self._right[value]
        if self._having is None or not (left or right):
            return left + right
        return left + max(self._having(value), right)

    def share(self, value: str) -> float:
        return (self.others(value) + 1) / self._total

    def misspelt(self, value: str) -> float:
        """The share of people who have a value that may be a slip. There are so many slips that one seen only here is
        half as likely again as a name would be."""
        return (self.others(value) + 0.5) / self._total

    def all(self) -> dict[str, float]:
        """To find pairs: the least that each share can be, by what is here."""
        return {
            value: (max(self._left[value] + self._right[value] - 2, 0) + 1) / self._total
            if self._having
            else self.share(value)
            for value in self._left.keys() | self._right.keys()
        }

    def total(self) -> int:
        return self._total

    def share_of_either(self, value: str) -> float:
        """As `share`, in the side where it is commoner."""
        left, right = self._left[value], self._counted(value) - self._left[value]
        sides = ((left, self._left.total()), (right, self._right_total))
        return max(max(count, 1) / (total + self._kinds) for count, total in sides)

    def near(self, value: str) -> float:
        """The share of people whose value is one slip away from this one."""
        if value not in self._near:
            found = sum(map(self._counted, _slips(value)))
            self._near[value] = max(found, 1) / self._total
        return self._near[value]

    def beginning_alike(self, value: str) -> float:
        """The share of people whose value begins with this one, or is its beginning."""
        values = self._values()
        longer = takewhile(lambda other: other.startswith(value), values[bisect_left(values, value) :])
        shorter = (value[:length] for length in range(1, len(value)))
        found = sum(map(self._counted, (*longer, *shorter)))
        return max(found, 1) / self._total

    def _values(self) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._left.keys() | self._right.keys())
        return self._sorted


class Shares:
    """`chosen_from`: the people from whom the right side was chosen. Then everybody with one of these dates of birth is
    here, and how many have a name is asked."""

    def __init__(self, left: Sequence[Comparable], right: Sequence[Comparable], chosen_from: Population | None) -> None:
        people = chosen_from.people if chosen_from else None

        def counted(read: Callable[[Comparable], str | None], kinds: int, chosen: int | None = None) -> Counted:
            return Counted(map(read, left), map(read, right), kinds, chosen)

        def named(field: str, read: Callable[[Comparable], str | None], kinds: int) -> Counted:
            having = partial(chosen_from.having, field) if chosen_from else None
            return Counted(map(read, left), map(read, right), kinds, people, having)

        self._chosen = chosen_from is not None
        self.given = named("given", lambda c: c.given, GIVEN_KINDS)
        self.surname = named("surname", lambda c: c.surname, SURNAME_KINDS)
        self.born = counted(lambda c: c.born, BORN_KINDS, people)
        self.postcode = counted(lambda c: c.postcode, POSTCODE_KINDS)
        self._district = counted(lambda c: c.postcode[:-3] if c.postcode else None, DISTRICT_KINDS)
        self.locality = counted(lambda c: c.locality, PLACE_KINDS)
        self.town = counted(lambda c: c.town, PLACE_KINDS)
        self._year = counted(lambda c: c.born[:4] if c.born else None, YEAR_KINDS)
        self._by_decade = counted(_given_and_decade, GIVEN_KINDS)
        self.street_beside_postcode = _beside_postcode((left, right), lambda c: c.street)
        self.house_beside_postcode = _beside_postcode(
            (left, right), lambda c: f"{c.house} {c.street}" if c.house and c.street else None
        )
        self.town_beside_postcode = _beside_postcode((left, right), lambda c: c.town)
        self._decade = counted(lambda c: c.born[:3] if c.born else None, 10)

    def by_column(self) -> dict[str, dict[str, float]]:
        """To find the pairs that are worth weighing."""
        return {
            "given": self.given.all(),
            "surname": self.surname.all(),
            "born": self.born.all(),
            "postcode": self.postcode.all(),
        }

    def given_of(self, value: str, born: str | None) -> float:
        """Names come and go: in the decade of a birth a name may be commoner than in the whole population, or rarer."""
        overall = self.given.share(value)
        if born is None or self._chosen:
            return overall
        then = self._by_decade.others(f"{value} {born[:3]}")
        people = self._decade.others(born[:3])
        return (then + _OVERALL_COUNTS * overall) / (people + _OVERALL_COUNTS)

    def year(self, born: str) -> float:
        return _YEAR_UNLESS_COUNTED if self._chosen else self._year.share(born[:4])

    def district(self, postcode: str) -> float:
        return self._district.share(postcode[:-3])

    def day(self, born: str) -> float:
        """Its year says how common a day is, and births lie evenly in a year. But where a date that is not known is
        written as the first of January, that day is counted more often than chance makes."""
        counted, total = self.born.others(born), self.born.total()
        even = (counted + _EVEN_COUNTS * self.year(born) / _DAYS) / (total + _EVEN_COUNTS)
        return max(even, (counted - 2 * sqrt(counted)) / total)


def _beside_postcode(sides: Iterable[Sequence[Comparable]], read: Callable[[Comparable], str | None]) -> float:
    """Of the people of a side who share a postcode, how many share this too."""
    alike, pairs = 0, 0
    for side in sides:
        known = [(person.postcode, value) for person in side if person.postcode and (value := read(person))]
        pairs += _pairs(Counter(postcode for postcode, _ in known))
        alike += _pairs(Counter(known))
    return (alike + 1) / (pairs + _PAIRS_TO_TELL)


def _pairs(counts: Counter[T]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _given_and_decade(person: Comparable) -> str | None:
    return f"{person.given} {person.born[:3]}" if person.given and person.born else None


def _slips(word: str) -> set[str]:
    """Every word that is one letter away."""
    cut = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {before + after[1:] for before, after in cut if after}
    found |= {before + after[1] + after[0] + after[2:] for before, after in cut if len(after) > 1}
    found |= {before + letter + after[1:] for before, after in cut if after for letter in _LETTERS}
    found |= {before + letter + after for before, after in cut for letter in _LETTERS}
    return found - {word, ""}
