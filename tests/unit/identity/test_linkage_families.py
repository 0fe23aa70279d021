"""Families in a file are noticed by their homes, and a home is a key if it is known and not crowded."""

from dataclasses import replace

from hub.identity.linkage.homes import NO_RELATIONS, RECORDS_MIN, Relations, home_keys, relations_at_home
from hub.identity.linkage.normalise import Comparable, comparable
from hub.identity.linkage.records import PersonRecord


def _record(id: str, **parts: str | None) -> PersonRecord:
    given: dict[str, str | None] = {"given_name": "Orla", "surname": "Quillfeather", "date_of_birth": "1980-02-13"}
    return PersonRecord(id, **(given | parts))  # type: ignore[arg-type]


def _people(count: int) -> list[Comparable]:
    return [
        comparable(_record(str(n), surname=f"S{n}", postcode=f"ZZ{n} 1ZZ", given_name=f"G{n}")) for n in range(count)
    ]


def _family(n: int, *, born: tuple[str, str], given: tuple[str, str] = ("one", "two")) -> list[Comparable]:
    home = {"surname": f"Kin{n}", "postcode": f"YY{n} 1YY"}
    return [comparable(_record(f"k{n}{m}", given_name=given[m], date_of_birth=born[m], **home)) for m in (0, 1)]


def test_too_few_records_say_nothing_about_families() -> None:
    assert relations_at_home([_people(RECORDS_MIN - 1), []]) is None
    assert relations_at_home([_people(RECORDS_MIN // 2), _people(RECORDS_MIN // 2)]) == NO_RELATIONS


def test_a_few_twins_are_an_accident_and_more_are_families() -> None:
    days = ("1980-02-13", "1980-02-13")
    three = [person for n in range(3) for person in _family(n, born=days)]
    four = [person for n in range(4) for person in _family(n, born=days)]
    assert relations_at_home([_people(400) + three, []]) == NO_RELATIONS
    assert relations_at_home([_people(400) + four, []]) == Relations(9 / 408, 1 / 408)


def test_namesakes_are_counted_apart_from_twins() -> None:
    days = ("1950-01-01", "1980-02-13")
    four = [person for n in range(4) for person in _family(n, born=days, given=("john", "john"))]
    assert relations_at_home([_people(400) + four, []]) == Relations(1 / 408, 9 / 408)


def test_families_without_twins_or_namesakes_are_noticed_by_their_homes() -> None:
    days = ("1950-01-01", "1980-02-13")
    many = [person for n in range(8) for person in _family(n, born=days)]
    assert relations_at_home([_people(400) + many, []]) == Relations(1 / 416, 1 / 416)
    assert relations_at_home([_people(400) + many[:6], []]) == NO_RELATIONS


def test_a_home_is_a_postcode_or_a_house_in_a_street() -> None:
    days = ("1980-02-13", "1980-02-13")
    for parts in ({"postcode": None}, {"postcode": None, "house": "1"}, {"postcode": None, "street": "fernroad"}):
        homeless = [replace(person, **parts) for n in range(9) for person in _family(n, born=days)]
        assert relations_at_home([_people(400) + homeless, []]) == NO_RELATIONS
    housed = [
        replace(person, postcode=None, house=str(n), street="fernroad")
        for n in range(9)
        for person in _family(n, born=days)
    ]
    assert relations_at_home([_people(400) + housed, []]) == Relations(19 / 418, 1 / 418)


def test_the_keys_of_a_home_are_its_pairs_of_known_parts() -> None:
    whole = Comparable(None, None, None, "1", "fernroad", "ashby", "town", "ne11aa")
    known = home_keys([[whole, replace(whole, house=None)], [replace(whole, street=None, town=None)]])
    assert [[[key is not None for key in person] for person in side] for side in known] == [
        [[True, True, True, True], [False, False, False, True]],
        [[False, True, True, False]],
    ]
    (first, *_), (other,) = known
    assert first[1] == other[1] and first[2] == other[2]
    assert len(set(first)) == 4
