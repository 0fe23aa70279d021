"""The people whom an area supervises. Messages add them; they are found again by identifiers, and then by linkage."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from hub.identity.linkage import Link, LinkCertainty, PersonRecord, link
from hub.store.database.engine import Transaction
from hub.store.persons import people
from hub.store.persons.grounds import Naming, accepted_from
from hub.store.persons.people import SupervisedPerson
from schemas.kind import Known
from schemas.parts.person import Defendant
from schemas.placeholders.table import names_nobody
from schemas.spelling import one_spelling


def enter(
    connection: Transaction, areas: Iterable[str], message_id: UUID, persons: Iterable[Defendant], now: datetime
) -> None:
    """Remember that these areas supervise these people, as this message says."""
    for defendant in persons:
        for area in areas:
            people.add(connection, area, message_id, _supervised(defendant, area), now)


def known_to(connection: Transaction, area: str, persons: tuple[Defendant, ...]) -> Mapping[int, Known]:
    """Which of `persons`, by position, the area supervises. A doubtful match is marked as doubtful."""
    records = tuple(record_of(str(position), defendant) for position, defendant in enumerate(persons))
    supervised = candidates_for(connection, records, area)
    crns = {str(person.id): person.crn for person in supervised}
    known: dict[int, Known] = {}
    for found in link_people(connection, records, supervised):
        certain = found.certainty is LinkCertainty.CERTAIN
        by = found.by if certain else f"perhaps, by {found.by}: a person must look"
        known.setdefault(int(found.left), Known(by, crns[found.right] if certain else None, found.match_weight))
    return known


def handed_over_to(connection: Transaction, area: str, number: tuple[str, str]) -> tuple[Naming, ...]:
    """The messages by which an agency has handed a person with that valid number over to the area, if the area has
    accepted. The number is that of the acceptance."""
    return accepted_from(connection, area, people.with_numbers(connection, area, frozenset({number})))


def candidates_for(
    connection: Transaction, records: tuple[PersonRecord, ...], area: str | None = None
) -> tuple[SupervisedPerson, ...]:
    keys = (people.surname_keys(record.surname) for record in records)
    return people.candidates(
        connection,
        identifiers=frozenset(pair for record in records for pair in record.identifiers),
        dates_of_birth=frozenset(record.date_of_birth for record in records if record.date_of_birth),
        surname_keys=frozenset().union(*keys),
        area=area,
    )


def entries_about(
    supervised: tuple[SupervisedPerson, ...], linked: Iterable[SupervisedPerson], record: PersonRecord
) -> tuple[SupervisedPerson, ...]:
    """All entries of the areas of `linked` that are about the person of the record: they share a valid number, or name
    and date of birth, and say nothing that makes them another person."""
    people_linked = tuple(linked)
    return tuple(
        each
        for each in supervised
        if any(_are_one(each, person) for person in people_linked) and not contradict_record(_record(each), record)
    )


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


def link_people(
    connection: Transaction, records: tuple[PersonRecord, ...], supervised: tuple[SupervisedPerson, ...]
) -> tuple[Link, ...]:
    """The links of each area separately, because two areas may supervise one person."""
    areas = sorted({person.area for person in supervised})
    return tuple(
        found
        for area in areas
        for found in link(
            records,
            tuple(_record(person) for person in _newest(supervised, area)),
            preselected_from=people.count(connection, area),
        )
    )


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


def _record(person: SupervisedPerson) -> PersonRecord:
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
