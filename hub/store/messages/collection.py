"""What is remembered of each inbox between two looks: digests of what was seen, never a name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.database.advisory_locks import try_lock_named
from hub.store.database.engine import Store
from hub.store.messages.tables import collection


@dataclass(frozen=True, slots=True)
class Memory:
    """By the mark of a file: `seen` since when it is unchanged, `tries` how often reading it was begun and not ended,
    `ignored` what was reported and will not be again."""

    seen: Mapping[str, str]
    tries: Mapping[str, int]
    ignored: Mapping[str, str]


@contextmanager
def lock_inbox(store: Store, agency: str) -> Iterator[bool]:
    """Whether nobody else collects this inbox: true for one caller at a time, until its block or its process ends."""
    with store.transaction() as connection:
        yield try_lock_named(connection, f"collect {agency}")


def claim_due(connection: Connection, every: Mapping[str, timedelta], now: datetime) -> tuple[str, ...]:
    """The agencies whose inboxes are to be looked at now; each is due again after its own time."""
    query = select(collection.c.agency).where(collection.c.agency.in_(every), collection.c.next_at > now)
    later = set(connection.execute(query).scalars())
    return tuple(agency for agency in sorted(every) if agency not in later and _claim(connection, agency, now, every))


def _claim(connection: Connection, agency: str, now: datetime, every: Mapping[str, timedelta]) -> bool:
    """False if another relay was quicker."""
    claimed = connection.execute(
        insert(collection)
        .values(agency=agency, next_at=now + every[agency], seen={}, tries={}, ignored={})
        .on_conflict_do_update(
            index_elements=[collection.c.agency],
            set_={"next_at": now + every[agency]},
            where=collection.c.next_at <= now,
        )
        .returning(collection.c.agency)
    )
    return claimed.first() is not None


def look_again(connection: Connection, agency: str, at: datetime) -> None:
    connection.execute(update(collection).where(collection.c.agency == agency).values(next_at=at))


def recall(connection: Connection, agency: str, now: datetime) -> Memory:
    connection.execute(
        insert(collection).values(agency=agency, next_at=now, seen={}, tries={}, ignored={}).on_conflict_do_nothing()
    )
    row = connection.execute(select(collection).where(collection.c.agency == agency)).one()
    return Memory(row.seen, row.tries, row.ignored)


def remember(connection: Connection, agency: str, memory: Memory) -> None:
    values: dict[str, object] = {
        "seen": dict(memory.seen),
        "tries": dict(memory.tries),
        "ignored": dict(memory.ignored),
    }
    connection.execute(update(collection).where(collection.c.agency == agency).values(values))


def count_try(connection: Connection, agency: str, mark: str, tries: int) -> None:
    """Committed before the risky work: a file that kills whoever reads it is found out."""
    connection.execute(
        text(
            "UPDATE collection SET tries = tries || jsonb_build_object(CAST(:mark AS text), CAST(:tries AS int))"
            " WHERE agency = :agency"
        ),
        {"agency": agency, "mark": mark, "tries": tries},
    )


def forget(connection: Connection, agency: str, mark: str) -> None:
    """It is answered for. Another file of the same name, size and time is another file."""
    connection.execute(
        text(
            "UPDATE collection SET tries = tries - CAST(:mark AS text), seen = seen - CAST(:mark AS text)"
            " WHERE agency = :agency"
        ),
        {"agency": agency, "mark": mark},
    )
