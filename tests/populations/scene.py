"""A whole scene: the supervised people, the records of the police, and which of them are about whom."""

import random
from dataclasses import dataclass

from hub.identity.linkage import PersonRecord
from tests.populations.names import names_with
from tests.populations.people import PARENT_UNTIL, PEOPLE_OF_A_POSTCODE, Country, Families, Home, Person, supervised
from tests.populations.records import Rates, Written, write

HOUSES = 15


@dataclass(frozen=True)
class Scene:
    country: Country
    rates: Rates
    families: Families
    people: list[Person]
    homes: list[Home | None]  # as the areas know them, in the order of the people
    police: list[Written]
    truth: dict[int, int]  # which record of the police is about which person, by positions
    with_address: bool

    def left(self) -> list[PersonRecord]:
        return [
            self._record(f"police-{n}", each.given, each.surname, each.born.isoformat(), each.home)
            for n, each in enumerate(self.police)
        ]

    def right(self) -> list[PersonRecord]:
        return [
            self._record(f"area-{n}", person.given, person.surname, person.born.isoformat(), home)
            for n, (person, home) in enumerate(zip(self.people, self.homes, strict=True))
        ]

    def pairs(self) -> list[tuple[str, str]]:
        return [(f"police-{record}", f"area-{person}") for record, person in sorted(self.truth.items())]

    def _record(self, id: str, given: str, surname: str, born: str, home: Home | None) -> PersonRecord:
        if home is None:
            return PersonRecord(id, given, surname, born)
        if not self.with_address:
            return PersonRecord(id, given, surname, born, postcode=home.written_postcode())
        return PersonRecord(
            id, given, surname, born, str(home.house), home.street(), None, home.town(), home.written_postcode()
        )


def draw(
    seed: int,
    people: int,
    records: int,
    about_them: int,
    *,
    commonest: float,
    with_address: bool = False,
    rates: Rates | None = None,
    families: Families | None = None,
) -> Scene:
    """`about_them`: how many of the records are about supervised people."""
    chance, rates, families = random.Random(seed), rates or Rates(), families or Families()
    country = Country(names_with(commonest), max(people // PEOPLE_OF_A_POSTCODE, 100), HOUSES if with_address else 1)
    known = supervised(country, families, chance, people)
    homes = [None if chance.random() < rates.unknown_at_home else person.home for person in known]
    found = chance.sample(range(people), about_them)
    twins, children = round(records * families.police_twins), round(records * families.police_children)
    parents = [person for person in known if person.born.year <= PARENT_UNTIL]
    strangers = [
        *(country.twin(chance, person) for person in chance.sample(known, twins)),
        *(country.child(chance, person, families.same_name) for person in chance.sample(parents, children)),
    ]
    strangers += country.people(chance, records - about_them - len(strangers))
    order = [*((known[n], n) for n in found), *((stranger, None) for stranger in strangers)]
    chance.shuffle(order)
    return Scene(
        country,
        rates,
        families,
        known,
        homes,
        [write(chance, country, rates, person) for person, _ in order],
        {record: n for record, (_, n) in enumerate(order) if n is not None},
        with_address,
    )
