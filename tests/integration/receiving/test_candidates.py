"""Who is compared when one record is linked: the right person is never left out because many share a surname."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, insert, text

from hub.identity.linkage import LinkCertainty, PersonRecord
from hub.identity.supervised import candidates_for, link_people
from hub.settings import Servers
from hub.store.content import content_keys
from hub.store.content.blinding import blinder
from hub.store.database.engine import Store
from hub.store.persons import candidates as store
from hub.store.persons import people
from hub.store.persons.finding import kept_keys
from hub.store.persons.people import SupervisedPerson
from hub.store.persons.tables import supervised_person
from tests.conftest import a_database, open_store

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AREA, OTHER_AREA, MESSAGE = "probation-northumbria", "probation-durham", UUID(int=7)
SMITHS = 20_000
# The people here belong to a message that is not kept.
_UNCHECKED = "ALTER TABLE supervised_person DROP CONSTRAINT supervised_person_message_id_fkey"
GIVEN = [f"{first}{last}" for first in "abdeghjklm" for last in ("lan", "ndrew", "rian", "orin", "della", "wen")]


def _person(n: int, given: str, born: str, postcode: str | None, surname: str = "Smith") -> SupervisedPerson:
    person = {"given_name": given, "surname": surname}
    return SupervisedPerson(UUID(int=1000 + n), AREA, person, born, postcode, f"X{n:06}", frozenset())


def _keep(connection: Connection, everybody: list[SupervisedPerson], *, keyed: bool = True) -> None:
    """As `people.add` keeps them, many at once."""
    key = content_keys.open_key(connection, MESSAGE)
    surname, born = blinder(connection, "surname"), blinder(connection, "born")
    rows = [
        {
            "id": each.id,
            "area": each.area,
            "message_id": MESSAGE,
            "person": key.encrypt(people._written(each), people._PERSON, each.id),
            "surname_key": surname(people.surname_key(each.person["surname"]) or ""),
            "date_of_birth": born(each.date_of_birth or ""),
            "since": NOW + timedelta(seconds=each.id.int % 90_000),
            "finding_keys": kept_keys(connection, people.sought(each), each.area) if keyed else None,
        }
        for each in everybody
    ]
    connection.execute(insert(supervised_person), rows)


@pytest.fixture(scope="module")
def smiths(servers: Servers, template: str) -> Iterator[Store]:
    """An area with 20,000 people called Smith. The one who is looked for was the first to come."""
    with a_database(servers, template) as url:
        yield from _smiths(url)


def _smiths(url: str) -> Iterator[Store]:
    store = open_store(url)
    chance = random.Random(12)
    crowd = [
        _person(
            n,
            chance.choice(GIVEN),
            (date(1950, 1, 1) + timedelta(chance.randrange(19_000))).isoformat(),
            f"ZZ{chance.randrange(1, 99)} {chance.randrange(1, 9)}AB",
        )
        for n in range(1, SMITHS)
    ]
    with store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text(_UNCHECKED))
    with store.transaction() as connection:
        content_keys.keep(connection, MESSAGE)
        _keep(connection, [_person(0, "Orla", "1979-05-17", "ZQ1 7ZQ"), *crowd])
    yield store
    store.close()


@pytest.mark.parametrize(
    "record",
    [
        PersonRecord("r", "Orla", "Smith", "1979-05-17", postcode="ZQ1 7ZQ"),
        PersonRecord("r", "Orla", "Smith", "1979-05-17"),
        PersonRecord("r", "Orla", "Smith", "1979-05-11", postcode="ZZ1 1AB"),
        PersonRecord("r", "Orla", "Smiht", "1979-05-17"),
        PersonRecord("r", "Smith", "Orla", "1979-05-17"),
        PersonRecord("r", "Orlla", "Smith", "1979-05-11"),
        PersonRecord("r", "Orla", "Jones", "1989-05-17"),
        PersonRecord("r", "Orl", "Smith", None),
        PersonRecord("r", None, "Smith", None, postcode="ZQ1 7ZQ"),
    ],
    ids=lambda record: f"{record.given_name} {record.surname} {record.date_of_birth} {record.postcode}",
)
def test_the_right_one_of_twenty_thousand_of_one_surname_is_compared(smiths: Store, record: PersonRecord) -> None:
    with smiths.transaction() as connection:
        found = candidates_for(connection, (record,), AREA)
        everywhere = candidates_for(connection, (record,))
    assert UUID(int=1000) in {each.id for each in found.people}
    assert found.cut == frozenset()
    assert {each.id for each in everywhere.people} == {each.id for each in found.people}
    assert len(found.people) < SMITHS / 10


def test_a_name_that_many_have_there_is_not_taken_for_rare_because_few_were_chosen(smiths: Store) -> None:
    record = PersonRecord("r", GIVEN[0], "Smith", None, postcode=None)
    known = PersonRecord("r", "Orla", "Smith", "1979-05-17", postcode="ZQ1 7ZQ")
    with smiths.transaction() as connection:
        assert store.count(connection, AREA) == store.Entries(SMITHS, SMITHS)
        assert store.count_named(connection, AREA, "surname", "smith") == SMITHS
        assert store.count_named(connection, OTHER_AREA, "surname", "smith") == 0
        common = link_people(connection, (record,), candidates_for(connection, (record,), AREA))
        [rare] = link_people(connection, (known,), candidates_for(connection, (known,), AREA))
    assert [each for each in common if each.certainty is LinkCertainty.CERTAIN] == []
    assert (rare.right, rare.certainty) == (str(UUID(int=1000)), LinkCertainty.CERTAIN)
    [surname] = [each for each in rare.evidence if each.comparison == "surname"]
    assert surname.weight is not None
    assert surname.weight < 0.5, "everybody there is called Smith"


def test_if_more_share_a_key_than_are_compared_no_likeness_is_certain_and_it_says_why(
    smiths: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = PersonRecord("r", "Orla", "Smith", "1979-05-17", postcode="ZQ1 7ZQ")
    monkeypatch.setattr(store, "SHARED_MAX", 5)
    with smiths.transaction() as connection:
        found = candidates_for(connection, (record,), AREA)
        [link] = link_people(connection, (record,), found)
    assert found.cut == {"r"}
    assert link.certainty is LinkCertainty.DOUBTFUL
    assert "only the newest entries were compared" in link.why


def test_entries_of_the_version_before_are_found_and_get_their_keys(smiths: Store) -> None:
    record = PersonRecord("r", "Ilse", "Quillfeather", "1961-01-30")
    old = [_person(SMITHS + n, "Ilse", f"196{n}-01-30", None, "Quillfeather") for n in range(3)]
    with smiths.transaction() as connection:
        _keep(connection, old, keyed=False)
        assert {each.id for each in candidates_for(connection, (record,), AREA).people} >= {each.id for each in old}
        assert store.count(connection, AREA) == store.Entries(SMITHS + 3, SMITHS)
        assert store.fill_in_keys(connection, 2) == 2
        assert store.fill_in_keys(connection, 2) == 1
        assert store.fill_in_keys(connection, 2) == 0
        assert store.count_named(connection, AREA, "surname", "quillfeather") == 3
        assert {each.id for each in candidates_for(connection, (record,), AREA).people} >= {each.id for each in old}
        connection.rollback()


def test_a_message_that_enters_a_person_keeps_the_keys(smiths: Store) -> None:
    message = uuid4()
    with smiths.transaction() as connection:
        content_keys.keep(connection, message)
        person = _person(SMITHS + 9, "Ada", "1982-07-08", None, "Zavvy")
        people.add(connection, AREA, message, person, NOW)
        found = candidates_for(connection, (PersonRecord("r", "Ada", "Zavvi", "1982-07-08"),), AREA)
        assert person.id in {each.id for each in found.people}
        assert candidates_for(connection, (PersonRecord("r", "Ada", "Zavvi", "1982-07-08"),), OTHER_AREA).people == ()
        connection.rollback()
