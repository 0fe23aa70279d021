"""What the police write about a person, drawn with its slips, and the chance that they write exactly this."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tests.populations.people import MEN, YEAR_WEIGHTS, YEARS, Country, Home, Person
from tests.populations.slips import digit_slips, may_swap, mistyped, short_forms, slips_of, swapped


@dataclass(frozen=True)
class Rates:
    """How often each thing happens to a record of the police. `unknown_at_home` is of the supervised people."""

    moved: float = 0.22
    no_home: float = 0.10
    unknown_at_home: float = 0.04
    shortened: float = 0.06  # of the names that have a short form
    given_mistyped: float = 0.015
    surname_mistyped: float = 0.015
    man_changed_surname: float = 0.0005
    woman_changed_surname: float = 0.004
    names_changed_places: float = 0.002
    day_and_month_swapped: float = 0.01  # of the dates where both are months
    digit_wrong: float = 0.01


@dataclass(frozen=True, slots=True)
class Written:
    """A record of the police. No home if none is written."""

    given: str
    surname: str
    born: date
    home: Home | None


def write(chance: random.Random, country: Country, rates: Rates, person: Person) -> Written:
    given, surname = person.given, person.surname
    changed = rates.man_changed_surname if person.man else rates.woman_changed_surname
    if chance.random() < changed:
        surname = country.names.surnames.draw(chance, 1)[0]
    elif chance.random() < rates.surname_mistyped:
        surname = mistyped(chance, surname)
    shorter = short_forms(given)
    if shorter and chance.random() < rates.shortened:
        given = chance.choice(shorter)
    elif chance.random() < rates.given_mistyped:
        given = mistyped(chance, given)
    if chance.random() < rates.names_changed_places:
        given, surname = surname, given
    return Written(given, surname, _born(chance, rates, person.born), _home(chance, country, rates, person.home))


def _born(chance: random.Random, rates: Rates, born: date) -> date:
    if may_swap(born) and chance.random() < rates.day_and_month_swapped:
        return swapped(born)
    return chance.choice(digit_slips(born)) if chance.random() < rates.digit_wrong else born


def _home(chance: random.Random, country: Country, rates: Rates, home: Home) -> Home | None:
    if chance.random() < rates.no_home:
        return None
    return country.home(chance) if chance.random() < rates.moved else home


class Chances:
    """The chances of everything that `write` may write, from the same rates."""

    def __init__(self, country: Country, rates: Rates) -> None:
        self._rates = rates
        self._surnames = country.names.surnames.of
        self.given = country.names.men.together(country.names.women, MEN).of
        self._homes = country.postcodes * country.houses
        weights = sum(YEAR_WEIGHTS)
        self._years = {year: weight / weights for year, weight in zip(YEARS, YEAR_WEIGHTS, strict=True)}
        self._longer: dict[str, list[tuple[str, float]]] = {}
        for name in self.given:
            forms = short_forms(name)
            for form in forms:
                self._longer.setdefault(form, []).append((name, 1 / len(forms)))

    # Of one person

    def surname_of(self, written: str, surname: str, man: bool) -> float:
        rates = self._rates
        changed = rates.man_changed_surname if man else rates.woman_changed_surname
        kept = (
            1 - rates.surname_mistyped if written == surname else self._slip(written, surname, rates.surname_mistyped)
        )
        return changed * self._surnames.get(written, 0.0) + (1 - changed) * kept

    def given_of(self, written: str, given: str) -> float:
        rates, forms = self._rates, short_forms(given)
        shortened = rates.shortened if forms else 0.0
        kept = 1 - rates.given_mistyped if written == given else self._slip(written, given, rates.given_mistyped)
        return shortened * forms.count(written) / max(len(forms), 1) + (1 - shortened) * kept

    def born_of(self, written: date, born: date) -> float:
        swap = self._rates.day_and_month_swapped if may_swap(born) else 0.0
        wrong = self._rates.digit_wrong
        chance = swap if swap and written == swapped(born) else 0.0
        if written == born:
            return chance + (1 - swap) * (1 - wrong)
        slips = digit_slips(born)
        return chance + ((1 - swap) * wrong / len(slips) if written in slips else 0.0)

    def home_of(self, written: Home | None, home: Home | None, *, moved: float | None = None) -> float:
        """`home` is None if it is not known. The chance that no home is written is the same for everybody."""
        if written is None:
            return self._rates.no_home
        moves = self._rates.moved if moved is None else moved
        there = 1 - self._rates.no_home
        if home is None:
            return there / self._homes
        return there * (moves / self._homes + ((1 - moves) if written == home else 0.0))

    def names_of(self, written: Written, person: Person) -> float:
        crossed = self._rates.names_changed_places
        straight = self.surname_of(written.surname, person.surname, person.man)
        if straight:
            straight *= self.given_of(written.given, person.given)
        other = self.surname_of(written.given, person.surname, person.man)
        if other:
            other *= self.given_of(written.surname, person.given)
        return (1 - crossed) * straight + crossed * other

    # Of anybody

    def names_of_anybody(self, written: Written) -> float:
        crossed = self._rates.names_changed_places
        straight = self.surname_of_anybody(written.surname) * self.given_of_anybody(written.given)
        other = self.surname_of_anybody(written.given) * self.given_of_anybody(written.surname)
        return (1 - crossed) * straight + crossed * other

    def surname_of_anybody(self, written: str) -> float:
        return _anybody(self._surnames, written, self._rates.surname_mistyped)

    def given_of_anybody(self, written: str) -> float:
        share = self._rates.shortened
        shortened = share * sum(self.given[name] * part for name, part in self._longer.get(written, ()))
        cut = share if short_forms(written) else 0.0
        kept = _anybody(self.given, written, self._rates.given_mistyped)
        return shortened + (1 - cut) * kept

    def born_of_anybody(self, written: date) -> float:
        return self._years.get(written.year, 0.0005) / 365.25

    def home_of_anybody(self, written: Home | None) -> float:
        return self._rates.no_home if written is None else (1 - self._rates.no_home) / self._homes

    def _slip(self, written: str, word: str, rate: float) -> float:
        if abs(len(written) - len(word)) > 1:
            return 0.0
        return rate * slips_of(word).get(written, 0.0)


_CACHE: dict[tuple[int, str, float], float] = {}


def _anybody(shares: Mapping[str, float], written: str, mistyped_: float) -> float:
    """Somebody has this name and it was written right, or has a name that it is a slip of. To undo a slip is a slip, so
    the names near by are found from the written one."""
    key = (id(shares), written, mistyped_)
    if key not in _CACHE:
        near = (name for name in slips_of(written) if name in shares)
        slipped = sum(shares[name] * slips_of(name).get(written, 0.0) for name in near)
        _CACHE[key] = (1 - mistyped_) * shares.get(written, 0.0) + mistyped_ * slipped
    return _CACHE[key]
