"""The people whom the areas know, as messages describe them, and the links of records to them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, Date, cast, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hub.lifecycle import LinkState
from hub.store.content import content_keys
from hub.store.content.blinding import Blinded, blinder
from hub.store.database.gathered import add_row
from hub.store.database.rows import Rows, UntypedRow
from hub.store.messages.tables import message
from hub.store.persons.finding import Sought, kept_keys
from hub.store.persons.tables import awaiting_link, person_link, supervised_identifier, supervised_person, supervision
from hub.vault.data_key import DataKey
from schemas.json import JsonObject
from schemas.spelling import earlier_spellings, one_spelling

_PERSON = "supervised_person.person"


@dataclass(frozen=True, slots=True)
class SupervisedPerson:
    """`person` holds given_name, surname, house, street, locality, town. `identifiers` holds valid pairs (scheme,
    value)."""

    id: UUID
    area: str
    person: dict[str, str]
    date_of_birth: str | None
    postcode: str | None
    crn: str | None
    identifiers: frozenset[tuple[str, str]]


def add(connection: Connection, area: str, message_id: UUID, person: SupervisedPerson, now: datetime) -> None:
    """Keep a supervised person, encrypted under the key of the message that describes them, and findable by blinded
    keys."""
    key = content_keys.open_key(connection, message_id)
    surname, born = surname_key(person.person.get("surname")), person.date_of_birth
    add_row(
        connection,
        supervised_person,
        {
            "id": person.id,
            "area": area,
            "message_id": message_id,
            "person": key.encrypt(_written(person), _PERSON, person.id),
            "surname_key": blinder(connection, "surname")(surname) if surname else None,
            "date_of_birth": blinder(connection, "born")(born) if born else None,
            "since": now,
            "finding_keys": kept_keys(connection, sought(person), area),
        },
    )
    for scheme, number in sorted(person.identifiers):
        value = identifier_key(connection, scheme, number)
        add_row(connection, supervised_identifier, {"person_id": person.id, "scheme": scheme, "value": value})


def identifier_key(connection: Connection, scheme: str, value: str) -> Blinded:
    return blinder(connection, "identifier")(f"{scheme}:{value}")


def sought(person: SupervisedPerson) -> Sought:
    return Sought(
        person.person.get("given_name"),
        person.person.get("surname"),
        person.date_of_birth,
        person.postcode,
        person.identifiers,
    )


def _written(person: SupervisedPerson) -> bytes:
    fields = {
        "person": person.person,
        "date_of_birth": person.date_of_birth,
        "postcode": person.postcode,
        "crn": person.crn,
        "identifiers": sorted(person.identifiers),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def read_person(row: UntypedRow, key: DataKey) -> SupervisedPerson:
    fields = json.loads(key.decrypt(row.person, _PERSON, row.id))
    identifiers = frozenset((scheme, value) for scheme, value in fields["identifiers"])
    return SupervisedPerson(
        row.id, row.area, fields["person"], fields["date_of_birth"], fields["postcode"], fields["crn"], identifiers
    )


def surname_key(surname: str | None) -> str | None:
    """Return the first three letters of a surname in its one spelling. They find candidates, they never decide."""
    return _beginning(one_spelling(surname or ""))


def surname_keys(surname: str | None) -> frozenset[str]:
    """Return the same, and those under which earlier versions kept a person of that name."""
    found = {surname_key(surname), *map(_beginning, earlier_spellings(surname or ""))}
    return frozenset(key for key in found if key)


def _beginning(spelt: str) -> str | None:
    return "".join(character for character in spelt if not character.isnumeric())[:3] or None


def with_numbers(connection: Connection, area: str, numbers: frozenset[tuple[str, str]]) -> tuple[UUID, ...]:
    """Return the entries of people of the area who have one of these (scheme, value)."""
    blinded = [identifier_key(connection, scheme, value) for scheme, value in sorted(numbers)]
    query = (
        select(supervised_person.c.id)
        .join(supervised_identifier, supervised_identifier.c.person_id == supervised_person.c.id)
        .where(supervised_person.c.area == area, supervised_identifier.c.value.in_(blinded))
    )
    return tuple(connection.execute(query).scalars())


def await_link(connection: Connection, message_id: UUID, target: str) -> None:
    connection.execute(insert(awaiting_link).values(message_id=message_id, target=target).on_conflict_do_nothing())


def waiting(connection: Connection, looked_at_before: datetime, limit: int) -> tuple[UUID, ...]:
    """Return and lock messages whose person is not linked yet. Those that were never looked at come first."""
    query = (
        select(awaiting_link.c.message_id)
        .where(or_(awaiting_link.c.looked_at.is_(None), awaiting_link.c.looked_at < looked_at_before))
        .order_by(awaiting_link.c.looked_at.nulls_first())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return tuple(connection.execute(query).scalars())


def count_waiting(connection: Connection, looked_at_before: datetime) -> int:
    query = select(func.count()).select_from(awaiting_link)
    query = query.where(or_(awaiting_link.c.looked_at.is_(None), awaiting_link.c.looked_at < looked_at_before))
    return int(connection.execute(query).scalar_one())


def looked_at(connection: Connection, message_id: UUID, now: datetime) -> None:
    connection.execute(update(awaiting_link).where(awaiting_link.c.message_id == message_id).values(looked_at=now))


def looked_at_for_good(connection: Connection, message_id: UUID) -> None:
    """The message is not looked at again. It still counts as one that was searched for, so that its sender cannot tell
    whether somebody was found."""
    never = text("'infinity'::timestamptz")
    connection.execute(update(awaiting_link).where(awaiting_link.c.message_id == message_id).values(looked_at=never))


def is_searched(connection: Connection, message_id: UUID) -> bool:
    """Return whether the exchange looks, or has looked, for the people of this message. A message waits until a link
    was found, so it is always one of the two."""
    waits = select(awaiting_link.c.message_id).where(awaiting_link.c.message_id == message_id)
    linked = select(person_link.c.message_id).where(person_link.c.message_id == message_id)
    return connection.execute(waits.union_all(linked).limit(1)).first() is not None


def no_longer_waiting(connection: Connection, message_id: UUID) -> None:
    connection.execute(delete(awaiting_link).where(awaiting_link.c.message_id == message_id))


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A link of a message to a supervised person of an area. `evidence` says what the link rests on."""

    id: UUID
    message_id: UUID
    kind: str
    area: str
    state: LinkState
    found_by: str
    match_weight: float | None
    evidence: list[JsonObject]
    why: str
    decided_by: str | None


_LINKS = Rows(PersonLink, person_link, message)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new link between a message and a person."""

    message_id: UUID
    person: SupervisedPerson
    state: LinkState
    found_by: str
    match_weight: float | None
    evidence: Sequence[JsonObject]
    why: str


def keep_link(connection: Connection, new: NewLink, now: datetime) -> UUID | None:
    """Keep the link. Returns its id, or None if it was kept before."""
    kept: UUID | None = connection.execute(
        insert(person_link)
        .values(
            id=uuid4(),
            message_id=new.message_id,
            person_id=new.person.id,
            area=new.person.area,
            state=new.state,
            found_by=new.found_by,
            match_weight=new.match_weight,
            evidence=list(new.evidence),
            why=new.why,
            found_at=now,
        )
        .on_conflict_do_nothing(constraint="person_link_once")
        .returning(person_link.c.id)
    ).scalar()
    return kept


def decide_link(connection: Connection, id: UUID, state: LinkState, by: str, now: datetime) -> PersonLink | None:
    """Record the decision. Returns the link as decided, or None if it is not doubtful (any more)."""
    decided = (
        update(person_link)
        .where(person_link.c.id == id, person_link.c.state == LinkState.DOUBTFUL)
        .where(message.c.id == person_link.c.message_id)
        .values(state=state, decided_by=by, decided_at=now)
        .returning(*_LINKS.columns)
    )
    return _LINKS.first(connection.execute(decided))


def doubtful_link(connection: Connection, id: UUID) -> PersonLink | None:
    """Return and lock the link, if it is doubtful."""
    query = select(*_LINKS.columns).join(message, message.c.id == person_link.c.message_id)
    query = query.where(person_link.c.id == id, person_link.c.state == LinkState.DOUBTFUL)
    return _LINKS.first(connection.execute(query.with_for_update(of=person_link)))


def links(connection: Connection, state: LinkState | None) -> tuple[PersonLink, ...]:
    query = select(*_LINKS.columns).join(message, message.c.id == person_link.c.message_id)
    if state is not None:
        query = query.where(person_link.c.state == state)
    return _LINKS.all(connection.execute(query.order_by(person_link.c.found_at, person_link.c.id)))


def has_doubtful(connection: Connection, message_id: UUID) -> bool:
    query = select(person_link.c.id).where(person_link.c.message_id == message_id)
    return connection.execute(query.where(person_link.c.state == LinkState.DOUBTFUL).limit(1)).first() is not None


_IS_SUPERVISION = (
    select(supervision.c.id)
    .where(supervision.c.person_id == supervised_person.c.id, supervision.c.started_on.is_not(None))
    .where(or_(supervision.c.ended_on.is_(None), supervision.c.ended_on > cast(person_link.c.found_at, Date)))
    .exists()
    .label("supervises")
)


@dataclass(frozen=True, slots=True)
class FoundBy:
    """How an area was found. `crn` is the person's number there. `supervises`: it supervised the person then;
    otherwise it only knew them."""

    found_by: str
    crn: str | None
    match_weight: float | None
    supervises: bool


def link_of(connection: Connection, message_id: UUID, area: str) -> FoundBy | None:
    """Return the link by which this area was found for the message; the most certain if there are several."""
    query = (
        select(person_link.c.found_by, person_link.c.match_weight, supervised_person, _IS_SUPERVISION)
        .join(supervised_person, supervised_person.c.id == person_link.c.person_id)
        .where(person_link.c.message_id == message_id, person_link.c.area == area)
        .where(person_link.c.state.in_([LinkState.CERTAIN, LinkState.CONFIRMED]))
        .order_by(person_link.c.match_weight.desc().nulls_first())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    person = read_person(row, content_keys.open_key(connection, row.message_id))
    return FoundBy(row.found_by, person.crn, row.match_weight, row.supervises)
