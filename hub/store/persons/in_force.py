"""Messages that are in force while a clock of theirs runs, such as the entries in the risk registers, and the keys by
which they are found by their person."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, Select, select
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from hub.lifecycle import ClockState
from hub.store.messages.tables import clock, message
from hub.store.persons.tables import current_person_key

_NOBODY = ""
"""The key of a message that names nobody who could be found."""


def without_keys(connection: Connection, clock_name: str, kinds: Collection[str], limit: int) -> tuple[UUID, ...]:
    """Return messages in force that cannot be found by their person yet."""
    known = select(current_person_key.c.message_id).where(current_person_key.c.message_id == message.c.id)
    query = _in_force(clock_name, kinds).where(~known.exists()).order_by(message.c.id).limit(limit)
    return tuple(connection.execute(query).scalars())


def enter(connection: Connection, message_id: UUID, keys: Collection[str]) -> None:
    rows = [{"message_id": message_id, "key": key} for key in sorted(keys) or [_NOBODY]]
    connection.execute(insert_or_update(current_person_key).on_conflict_do_nothing(), rows)


def about(connection: Connection, clock_name: str, kinds: Collection[str], keys: Collection[str]) -> tuple[UUID, ...]:
    """Return the messages in force that have one of these keys, the oldest first."""
    with_key = select(current_person_key.c.message_id).where(current_person_key.c.key.in_(sorted(keys)))
    query = _in_force(clock_name, kinds).where(message.c.id.in_(with_key))
    return tuple(connection.execute(query.order_by(message.c.accepted_at, message.c.id)).scalars())


def keys_of(connection: Connection, message_id: UUID) -> frozenset[str]:
    query = select(current_person_key.c.key).where(current_person_key.c.message_id == message_id)
    return frozenset(connection.execute(query).scalars())


def _in_force(clock_name: str, kinds: Collection[str]) -> Select[UUID]:
    return (
        select(message.c.id)
        .join(clock, clock.c.message_id == message.c.id)
        .where(clock.c.name == clock_name, clock.c.state == ClockState.RUNNING, message.c.kind.in_(sorted(kinds)))
    )
