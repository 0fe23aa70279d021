"""What can be known at all: Bayes' rule with the very shares and rates from which a scene was drawn.

For each record of the police, the chance that it is about each supervised person, against: it is about a
twin or a child of theirs, or about somebody else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tests.populations.people import GENERATION, PARENT_UNTIL, Home, Person
from tests.populations.records import Chances, Written
from tests.populations.scene import Scene
from tests.populations.slips import digit_slips, swapped

_SHOWN = 3  # candidates for one record
_WORTH = 1e-7


@dataclass(frozen=True, slots=True)
class Limit:
    """The best that anybody can do: `certain` with so small a share of errors, `found` with those shown to a person."""

    certain: float
    threshold: float  # the chance of error of the last certain link
    found: float


def limit(scene: Scene, *, wrong: float, shown: float) -> Limit:
    """`wrong`: the expected share of false links among the certain. `shown`: of the records, how many a person sees."""
    return limits(scene, (wrong,), shown=shown)[wrong]


def limits(scene: Scene, shares_wrong: Iterable[float], *, shown: float) -> dict[float, Limit]:
    posterior = Posterior(scene)
    by_record = [posterior.of(record) for record in range(len(scene.police))]
    return {wrong: _limit(scene, by_record, wrong, shown) for wrong in shares_wrong}


def _limit(scene: Scene, by_record: Sequence[Sequence[tuple[int, float]]], wrong: float, shown: float) -> Limit:
    best = sorted((1 - found[0][1], n) for n, found in enumerate(by_record) if found)
    certain: set[int] = set()
    errors = threshold = 0.0
    for error, record in best:
        if error > 0.5 or errors + error > wrong * (len(certain) + 1):
            break
        errors, threshold = errors + error, error
        certain.add(record)
    rest = sorted(
        ((sum(p for _, p in found[:_SHOWN]), n) for n, found in enumerate(by_record) if n not in certain), reverse=True
    )
    looked_at = {n for p, n in rest[: int(shown * len(by_record))] if p > 0}
    right = sum(1 for n, person in scene.truth.items() if n in certain and by_record[n][0][0] == person)
    seen = sum(
        1 for n, person in scene.truth.items() if n in looked_at and person in [j for j, _ in by_record[n][:_SHOWN]]
    )
    return Limit(right / len(scene.truth), threshold, (right + seen) / len(scene.truth))


class Posterior:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._chances = Chances(scene.country, scene.rates)
        self._by_born: dict[date, list[int]] = defaultdict(list)
        self._by_home: dict[Home, list[int]] = defaultdict(list)
        for n, (person, home) in enumerate(zip(scene.people, scene.homes, strict=True)):
            self._by_born[person.born].append(n)
            if home is not None:
                self._by_home[home].append(n)
        records, people = len(scene.police), len(scene.people)
        parents = sum(person.born.year <= PARENT_UNTIL for person in scene.people)
        families = scene.families
        self._same = len(scene.truth) / records / people
        self._twin = families.police_twins / people
        self._child = families.police_children / max(parents, 1)
        self._other = 1 - len(scene.truth) / records - families.police_twins - families.police_children

    def of(self, record: int) -> list[tuple[int, float]]:
        """The people whom it may be about, the likeliest first."""
        written, c = self._scene.police[record], self._chances
        anybody = c.born_of_anybody(written.born) * c.home_of_anybody(written.home)
        other = self._other * anybody * c.names_of_anybody(written)
        given = c.given_of_anybody(written.given)
        found: dict[int, float] = {}
        for n in self._near(written):
            person, home = self._scene.people[n], self._scene.homes[n]
            at_home = c.home_of(written.home, home)
            born = c.born_of(written.born, person.born)
            if born:
                found[n] = self._same * c.names_of(written, person) * born * at_home
                other += self._twin * self._as_twin(written, person) * born * at_home
            gap = written.born.year - person.born.year
            if home == written.home is not None and gap in GENERATION and person.born.year <= PARENT_UNTIL:
                same = self._scene.families.same_name
                called = same * c.given_of(written.given, person.given) + (1 - same) * given
                named = c.surname_of(written.surname, person.surname, person.man) * called
                other += self._child * named * at_home / len(GENERATION) / 365.25
        total = sum(found.values()) + other
        ranked = sorted(((p / total, n) for n, p in found.items() if p), reverse=True)
        return [(n, p) for p, n in ranked if p > _WORTH]

    def _as_twin(self, written: Written, person: Person) -> float:
        """Twins have two given names."""
        c = self._chances
        share = c.given[person.given]
        other = c.given_of_anybody(written.given) - share * c.given_of(written.given, person.given)
        return c.surname_of(written.surname, person.surname, person.man) * max(other, 0.0) / (1 - share)

    def _near(self, written: Written) -> set[int]:
        """Everybody who may be meant: a slip in the date of birth is looked for only where a name is the same."""
        found = set(self._by_born.get(written.born, ()))
        found.update(self._by_home.get(written.home, ()) if written.home is not None else ())
        names = {written.surname, written.given}
        dates = [*digit_slips(written.born), *([swapped(written.born)] if written.born.day <= 12 else [])]
        for born in dates:
            for n in self._by_born.get(born, ()):
                person = self._scene.people[n]
                if person.surname in names or person.given in names:
                    found.add(n)
        return found
