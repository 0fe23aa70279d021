"""The people who may be the one that is looked for, and how many share a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, and_, any_, bindparam, func, or_, select, text, update

from hub.store.content import content_keys
from hub.store.content.blinding import blinder
from hub.store.database.rows import UntypedRow
from hub.store.persons.finding import Sought, kept_keys, named_key, sought_keys
from hub.store.persons.people import SupervisedPerson, identifier_key, read_person, sought, surname_keys
from hub.store.persons.tables import supervised_identifier, supervised_person

SHARED_MAX = 2_000
"""If more entries than this share one key, only the newest are compared, and this is said."""

_BY_KEY = text("""
    SELECT wanted.key, found.id
    FROM unnest(CAST(:keys AS bigint[])) AS wanted (key)
    CROSS JOIN LATERAL (
        SELECT id FROM supervised_person
        WHERE finding_keys @> ARRAY[wanted.key] AND area = coalesce(:area, area)
        ORDER BY since DESC LIMIT :most
    ) found
""")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The newest entries first. `cut` names those who are looked for and have more candidates than were compared."""

    people: tuple[SupervisedPerson, ...]
    cut: frozenset[str]


def candidates(connection: Connection, wanted: Mapping[str, Sought], area: str | None = None) -> Candidates:
    """Return everybody who shares an identifier or a key with one of the wanted; only of `area` if given."""
    keys = {name: sought_keys(connection, each) for name, each in wanted.items()}
    found, cut = _by_keys(connection, {key for mine in keys.values() for key in mine}, area)
    found |= _by_identifiers(connection, {pair for each in wanted.values() for pair in each.identifiers})
    unkeyed = _without_keys(connection, wanted.values())
    found |= unkeyed
    query = select(supervised_person).where(supervised_person.c.id == any_(bindparam("ids", list(found), ARRAY(Uuid))))
    if area is not None:
        query = query.where(supervised_person.c.area == area)
    rows = connection.execute(query.order_by(supervised_person.c.since.desc(), supervised_person.c.id)).all()
    all_cut = len(unkeyed) > SHARED_MAX
    return Candidates(
        _opened(connection, rows), frozenset(name for name, mine in keys.items() if all_cut or cut & set(mine))
    )


def _by_keys(connection: Connection, keys: set[int], area: str | None) -> tuple[set[UUID], set[int]]:
    """The entries, and the keys that more share than were read."""
    found: dict[int, set[UUID]] = {}
    wanted = {"keys": sorted(keys), "area": area, "most": SHARED_MAX + 1}
    for key, id in connection.execute(_BY_KEY, wanted):
        found.setdefault(key, set()).add(id)
    return set().union(*found.values()), {key for key, ids in found.items() if len(ids) > SHARED_MAX}


def _by_identifiers(connection: Connection, identifiers: Iterable[tuple[str, str]]) -> set[UUID]:
    pairs = [
        and_(
            supervised_identifier.c.scheme == scheme,
            supervised_identifier.c.value == identifier_key(connection, scheme, value),
        )
        for scheme, value in sorted(identifiers)
    ]
    if not pairs:
        return set()
    return set(connection.execute(select(supervised_identifier.c.person_id).where(or_(*pairs))).scalars())


def _without_keys(connection: Connection, wanted: Iterable[Sought]) -> set[UUID]:
    """The entries of earlier versions that have no keys yet and share a date of birth or the beginning of a surname."""
    surname, born = blinder(connection, "surname"), blinder(connection, "born")
    surnames = sorted({surname(key) for each in wanted for key in surname_keys(each.surname)})
    dates = sorted({born(each.born) for each in wanted if each.born})
    query = (
        select(supervised_person.c.id)
        .where(supervised_person.c.finding_keys.is_(None))
        .where(or_(supervised_person.c.surname_key.in_(surnames), supervised_person.c.date_of_birth.in_(dates)))
        .order_by(supervised_person.c.since.desc())
        .limit(SHARED_MAX + 1)
    )
    return set(connection.execute(query).scalars())


def fill_in_keys(connection: Connection, most: int) -> int:
    """Give entries of earlier versions their keys. Returns how many."""
    query = select(supervised_person).where(supervised_person.c.finding_keys.is_(None)).limit(most)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    for person in _opened(connection, rows):
        keys = kept_keys(connection, sought(person), person.area)
        connection.execute(
            update(supervised_person).where(supervised_person.c.id == person.id).values(finding_keys=keys)
        )
    return len(rows)


def _opened(connection: Connection, rows: Iterable[UntypedRow]) -> tuple[SupervisedPerson, ...]:
    read = list(rows)
    keys = content_keys.open_keys(connection, {row.message_id for row in read})
    return tuple(read_person(row, keys[row.message_id]) for row in read if row.message_id in keys)


@dataclass(frozen=True, slots=True)
class Entries:
    """How many entries an area has, and how many of them are found by keys."""

    all: int
    keyed: int


def count(connection: Connection, area: str) -> Entries:
    every = select(func.count()).select_from(supervised_person).where(supervised_person.c.area == area)
    unkeyed = every.where(supervised_person.c.finding_keys.is_(None))
    found = int(connection.execute(every).scalar_one())
    return Entries(found, found - int(connection.execute(unkeyed).scalar_one()))


def count_named(connection: Connection, area: str, field: str, value: str) -> int:
    """Return how many entries of the area have this spelling as their `given` or `surname`."""
    key = named_key(connection, area, field, value)
    query = select(func.count()).select_from(supervised_person).where(supervised_person.c.finding_keys.contains([key]))
    return int(connection.execute(query).scalar_one())
