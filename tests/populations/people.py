"""Draws the people of a country, the ones whom areas supervise among them, and their families."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.populations.names import Names

YEARS = tuple(range(1945, 2008))
# More are young than old: a triangle with its top at 1990.
YEAR_WEIGHTS = tuple(1 + (year - 1945) / 5 if year <= 1990 else 10 - (year - 1990) / 3 for year in YEARS)
MEN = 0.8
PEOPLE_OF_A_POSTCODE = 4  # supervised people of a postcode, on average
_STREETS = (
    "Fern",
    "Mill",
    "Church",
    "Station",
    "Victoria",
    "Park",
    "Queen",
    "King",
    "Albert",
    "Grange",
    "Manor",
    "York",
)
_KINDS = ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Crescent", "Terrace")
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class Home:
    postcode: int
    house: int

    def written_postcode(self) -> str:
        number, first, second = self.postcode // 400, self.postcode // 20 % 20, self.postcode % 20
        area, district, sector = number // 200, number // 10 % 20, number % 10
        return f"Z{chr(65 + area % 26)}{district + 1} {sector}{_LETTERS[first]}{_LETTERS[second]}"

    def street(self) -> str:
        name, kind = divmod(self.postcode * 7919, len(_KINDS))
        return f"{_STREETS[name % len(_STREETS)]} {_KINDS[kind]}"

    def town(self) -> str:
        return f"Town{chr(65 + self.postcode // 4000 % 26)}{chr(97 + self.postcode // 400 % 10)}"


@dataclass(frozen=True, slots=True)
class Person:
    given: str
    surname: str
    born: date
    home: Home
    man: bool


@dataclass(frozen=True)
class Country:
    """The people and what is true of them. `postcodes` is how many there are, `houses` how many each has."""

    names: Names
    postcodes: int
    houses: int

    def people(self, chance: random.Random, count: int) -> list[Person]:
        men = [chance.random() < MEN for _ in range(count)]
        surnames = self.names.surnames.draw(chance, count)
        of_men, of_women = self.names.men.draw(chance, count), self.names.women.draw(chance, count)
        years = chance.choices(YEARS, YEAR_WEIGHTS, k=count)
        return [
            Person(
                of_men[n] if men[n] else of_women[n], surnames[n], a_day(chance, years[n]), self.home(chance), men[n]
            )
            for n in range(count)
        ]

    def home(self, chance: random.Random) -> Home:
        return Home(chance.randrange(self.postcodes), chance.randrange(1, self.houses + 1))

    def given(self, chance: random.Random, man: bool) -> str:
        return (self.names.men if man else self.names.women).draw(chance, 1)[0]

    def twin(self, chance: random.Random, of: Person) -> Person:
        man = chance.random() < (MEN + 1) / 2 if of.man else chance.random() < MEN
        given = self.given(chance, man)
        while given == of.given:
            given = self.given(chance, man)
        return replace(of, given=given, man=man)

    def child(self, chance: random.Random, of: Person, same_name: float) -> Person:
        given = of.given if chance.random() < same_name else self.given(chance, of.man)
        return replace(of, given=given, born=a_day(chance, of.born.year + chance.choice(GENERATION)))


GENERATION = tuple(range(19, 36))
"""How many years lie between parent and child."""
PARENT_UNTIL = max(YEARS) - max(GENERATION)


def a_day(chance: random.Random, year: int) -> date:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return date(year, 1, 1) + timedelta(chance.randrange(days))


@dataclass(frozen=True)
class Families:
    """Of the supervised people: how many have a twin, or a son or daughter, at their home and supervised as well. Of
    the police's records: how many are about a twin, or a son or daughter, of a supervised person."""

    twins: float = 0.004
    children: float = 0.02
    same_name: float = 0.10
    police_twins: float = 0.001
    police_children: float = 0.005


def supervised(country: Country, families: Families, chance: random.Random, count: int) -> list[Person]:
    alone = country.people(chance, count - round(count * (families.twins + families.children) / 2))
    kin: list[Person] = []
    old_enough = [person for person in alone if person.born.year <= PARENT_UNTIL]
    chosen: Sequence[Person] = chance.sample(old_enough, count - len(alone))
    twins = round(len(chosen) * families.twins / (families.twins + families.children))
    for n, person in enumerate(chosen):
        kin.append(country.twin(chance, person) if n < twins else country.child(chance, person, families.same_name))
    everybody = alone + kin
    chance.shuffle(everybody)
    return everybody
