"""The people whom an area knows. Messages add them; they are found again by identifiers, and then by linkage.

To know a person is not to supervise them: the supervisions of an entry say that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import UUID, uuid4

from hub.identity.linkage import Link, LinkCertainty, PersonRecord, Population, link
from hub.store.database.engine import Transaction
from hub.store.persons import people
from hub.store.persons.candidates import Candidates, candidates, count, count_named
from hub.store.persons.finding import Sought
from hub.store.persons.grounds import Naming, accepted_from
from hub.store.persons.people import SupervisedPerson
from schemas.parts.person import Defendant
from schemas.parts.supervision import Known
from schemas.placeholders.table import names_nobody
from schemas.spelling import one_spelling

_NOT_ALL_COMPARED = "too many people share these names and dates, and only the newest entries were compared"


def enter(
    connection: Transaction, areas: Iterable[str], message_id: UUID, persons: Iterable[Defendant], now: datetime
) -> None:
    """Remember that these areas know these people, as this message says."""
    for defendant in persons:
        for area in areas:
            enter_one(connection, area, message_id, defendant, now)


def enter_one(connection: Transaction, area: str, message_id: UUID, person: Defendant, now: datetime) -> UUID:
    """Remember that this area knows this person, as this message says. Returns the id of the entry."""
    entry = _supervised(person, area)
    people.add(connection, area, message_id, entry, now)
    return entry.id


@dataclass(frozen=True, slots=True)
class EntriesOfArea:
    """The entries of an area that are certainly about a person. If `not_all_compared`, there may be others."""

    ids: tuple[UUID, ...]
    not_all_compared: bool


def entries_of_area(connection: Transaction, area: str, person: Defendant) -> EntriesOfArea:
    record = record_of("", person)
    found = candidates_for(connection, (record,), area)
    links = link_people(connection, (record,), found)
    certain = {link.right for link in links if link.certainty is LinkCertainty.CERTAIN}
    linked = [each for each in found.people if str(each.id) in certain]
    ids = tuple(each.id for each in entries_about(found.people, linked, record))
    return EntriesOfArea(ids, bool(found.cut))


def known_to(connection: Transaction, area: str, persons: tuple[Defendant, ...]) -> Mapping[int, Known]:
    """Which of `persons`, by position, the area knows. A doubtful match is marked as doubtful, and so is a person who
    was not compared with everybody."""
    records = tuple(record_of(str(position), defendant) for position, defendant in enumerate(persons))
    found_people = candidates_for(connection, records, area)
    supervised = found_people.people
    crns = {str(person.id): person.crn for person in supervised}
    known: dict[int, Known] = {}
    for found in link_people(connection, records, found_people):
        certain = found.certainty is LinkCertainty.CERTAIN
        by = found.by if certain else f"perhaps, by {found.by}: a person must look"
        known.setdefault(int(found.left), Known(by, crns[found.right] if certain else None, found.match_weight))
    for left in found_people.cut:
        known.setdefault(int(left), Known(f"perhaps: {_NOT_ALL_COMPARED}; a person must look", None))
    return known


def handed_over_to(connection: Transaction, area: str, number: tuple[str, str]) -> tuple[Naming, ...]:
    """The messages by which an agency has handed a person with that valid number over to the area, if the area has
    accepted. The number is that of the acceptance."""
    return accepted_from(connection, area, people.with_numbers(connection, area, frozenset({number})))


def candidates_for(connection: Transaction, records: tuple[PersonRecord, ...], area: str | None = None) -> Candidates:
    wanted = {
        each.id: Sought(each.given_name, each.surname, each.date_of_birth, each.postcode, each.identifiers)
        for each in records
    }
    return candidates(connection, wanted, area)


def entries_about(
    supervised: tuple[SupervisedPerson, ...], linked: Iterable[SupervisedPerson], record: PersonRecord
) -> tuple[SupervisedPerson, ...]:
    """All entries of the areas of `linked` that are about the person of the record: they share a valid number, or name
    and date of birth, and say nothing that makes them another person."""
    people_linked = tuple(linked)
    same = (each for each in supervised if any(_are_one(each, person) for person in people_linked))
    return tuple(each for each in same if not contradict_record(record_of_entry(each), record))


def contradict_record(one: PersonRecord, record: PersonRecord) -> bool:
    """True if both give valid numbers of one type and none agree, or another date of birth and no number that agrees:
    they are two people."""
    for scheme in {scheme for scheme, _ in one.identifiers | record.identifiers}:
        mine, theirs = ({number for number in each.identifiers if number[0] == scheme} for each in (one, record))
        if mine and theirs and not mine & theirs:
            return True
    born = one.date_of_birth and record.date_of_birth and one.date_of_birth != record.date_of_birth
    return bool(born) and not one.identifiers & record.identifiers


def _are_one(one: SupervisedPerson, other: SupervisedPerson) -> bool:
    named = (one.person.get("given_name"), one.person.get("surname"), one.date_of_birth)
    same_name = named == (other.person.get("given_name"), other.person.get("surname"), other.date_of_birth)
    return one.area == other.area and bool(one.identifiers & other.identifiers or (same_name and one.date_of_birth))


def link_people(connection: Transaction, records: tuple[PersonRecord, ...], found: Candidates) -> tuple[Link, ...]:
    """The links of each area separately, because two areas may supervise one person. If not all candidates for a record
    were compared, a likeness is never certain."""
    areas = sorted({person.area for person in found.people})
    links = (
        each
        for area in areas
        for each in link(
            records,
            tuple(record_of_entry(person) for person in _newest(found.people, area)),
            chosen_from=_population(connection, area),
        )
    )
    return tuple(_doubted(each) if each.left in found.cut and each.error is not None else each for each in links)


def _population(connection: Transaction, area: str) -> Population:
    entries = count(connection, area)

    @cache
    def having(field: str, value: str) -> int:
        """As many as if all entries had keys already."""
        return count_named(connection, area, field, value) * entries.all // max(entries.keyed, 1)

    return Population(entries.all, having)


def _doubted(found: Link) -> Link:
    return replace(found, certainty=LinkCertainty.DOUBTFUL, why=_NOT_ALL_COMPARED)


def _newest(supervised: tuple[SupervisedPerson, ...], area: str) -> Iterable[SupervisedPerson]:
    """Several messages may have added the same person. Only the newest entry of each is used."""
    newest: dict[object, SupervisedPerson] = {}
    for person in supervised:
        if person.area == area:
            spelt = (one_spelling(person.person.get(part, "")) for part in ("given_name", "surname"))
            name = (*spelt, person.date_of_birth)
            newest.setdefault(person.identifiers or name, person)
    return newest.values()


def record_of(id: str, defendant: Defendant) -> PersonRecord:
    """The data about this person that can be compared. Placeholders are left out."""
    given = defendant.address.lines if defendant.address else ()
    lines = tuple(line for line in given if not names_nobody("address_line", line))
    identity = defendant.identity()
    return PersonRecord(
        id=id,
        given_name=" ".join(identity.name.forenames) or None if identity.name else None,
        surname=identity.name.surname if identity.name else identity.organisation,
        date_of_birth=identity.date_of_birth,
        house=None,
        street=lines[0] if lines else None,
        locality=None,
        town=lines[-1] if len(lines) > 1 else None,
        postcode=identity.postcode,
        identifiers=frozenset(identity.identifiers),
    )


def _supervised(defendant: Defendant, area: str) -> SupervisedPerson:
    record = record_of("", defendant)
    plain = {
        "given_name": record.given_name,
        "surname": record.surname,
        "street": record.street,
        "town": record.town,
    }
    return SupervisedPerson(
        uuid4(),
        area,
        {key: value for key, value in plain.items() if value},
        record.date_of_birth,
        record.postcode,
        defendant.crn,
        record.identifiers,
    )


def record_of_entry(person: SupervisedPerson) -> PersonRecord:
    """The data of a kept entry that can be compared."""
    return PersonRecord(
        id=str(person.id),
        given_name=person.person.get("given_name"),
        surname=person.person.get("surname"),
        date_of_birth=person.date_of_birth,
        house=None,
        street=person.person.get("street"),
        locality=None,
        town=person.person.get("town"),
        postcode=person.postcode,
        identifiers=person.identifiers,
    )
