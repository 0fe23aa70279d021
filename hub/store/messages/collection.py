"""What the exchange remembers of each inbox between two visits: digests of what it saw, never a name."""

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
    """What is remembered of one inbox, by the mark of each file. `seen` is the time since which the file has not
    changed. `tries` is how often reading began and did not end. `ignored` is what was reported once and is not
    reported again."""

    seen: Mapping[str, str]
    tries: Mapping[str, int]
    ignored: Mapping[str, str]


@contextmanager
def lock_inbox(store: Store, agency: str) -> Iterator[bool]:
    """Lock the inbox until the block or the process ends. Yields False if another process is collecting it."""
    with store.transaction() as connection:
        yield try_lock_named(connection, f"collect {agency}")


def claim_due(connection: Connection, every: Mapping[str, timedelta], now: datetime) -> tuple[str, ...]:
    """Return the agencies whose inboxes are due now. Each is due again after its own interval."""
    query = select(collection.c.agency).where(collection.c.agency.in_(every), collection.c.next_at > now)
    later = set(connection.execute(query).scalars())
    return tuple(agency for agency in sorted(every) if agency not in later and _claim(connection, agency, now, every))


def _claim(connection: Connection, agency: str, now: datetime, every: Mapping[str, timedelta]) -> bool:
    """Claim one inbox. Returns False if another relay was quicker."""
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
    """Count that reading this file began. It is committed before the risky work, so that a file that kills its reader
    is noticed."""
    connection.execute(
        text(
            "UPDATE collection SET tries = tries || jsonb_build_object(CAST(:mark AS text), CAST(:tries AS int))"
            " WHERE agency = :agency"
        ),
        {"agency": agency, "mark": mark, "tries": tries},
    )


def forget(connection: Connection, agency: str, mark: str) -> None:
    """Forget a file that was answered. A new file with the same name, size and time counts as another file."""
    connection.execute(
        text(
            "UPDATE collection SET tries = tries - CAST(:mark AS text), seen = seen - CAST(:mark AS text)"
            " WHERE agency = :agency"
        ),
        {"agency": agency, "mark": mark},
    )
