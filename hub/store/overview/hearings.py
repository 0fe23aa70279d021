"""The lists of one hearing, at whatever courts. Those of earlier versions get the key of their hearing here."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from hub.store.content.blinding import case_keys, edition_key
from hub.store.content.tables import raw_document
from hub.store.database.rows import Rows
from hub.store.messages.messages import Edition
from hub.store.messages.tables import case_key, list_without_hearing, message

_EDITIONS = Rows(Edition, message)
_OF_HEARING = (
    select(*_EDITIONS.columns)
    .outerjoin(raw_document, raw_document.c.id == message.c.raw_document_id)
    .where(message.c.kind == bindparam("kind"), message.c.overtaken_by.is_(None))
    .order_by(message.c.accepted_at.desc(), message.c.id)
    .limit(20)
)


def lists_of_hearing(
    connection: Connection, kind: str, sender: str, handed_in_by: str | None, keys: Collection[str], replaces_key: str
) -> tuple[Edition, ...]:
    """Return the lists with one of these case keys that no newer edition has overtaken, the newest first: those of the
    sender, and those of any court that `handed_in_by` has handed in. `replaces_key` finds those that have no key of
    their hearing yet."""
    mine = message.c.sender == sender
    if handed_in_by is not None:
        mine |= raw_document.c.caller == handed_in_by
    by_hearing = (message.c.id.in_(select(case_key.c.message_id).where(case_key.c.key.in_(keys))), mine)
    of_sender = (message.c.sender == sender, message.c.replaces_key == edition_key(connection, replaces_key))
    found = {
        each.id: each
        for where in (by_hearing, of_sender)
        for each in _EDITIONS.all(connection.execute(_OF_HEARING.where(*where), {"kind": kind}))
    }
    return tuple(sorted(found.values(), key=lambda each: each.accepted_at, reverse=True))


def handed_in_by(connection: Connection, id: UUID) -> str | None:
    """Return the agency that handed in the document of the message; None if the exchange wrote it."""
    query = select(raw_document.c.caller).join(message, message.c.raw_document_id == raw_document.c.id)
    found: str | None = connection.execute(query.where(message.c.id == id)).scalar()
    return found


def without_key(connection: Connection, most: int) -> tuple[UUID, ...]:
    """Return and lock lists of earlier versions that have no key of their hearing yet."""
    query = select(list_without_hearing.c.message_id).order_by(list_without_hearing.c.message_id).limit(most)
    return tuple(connection.execute(query.with_for_update(skip_locked=True)).scalars())


def give_keys(connection: Connection, id: UUID, keys: Iterable[str]) -> None:
    """Give the list the keys of its hearing. It has none if it is the list of a day, or if its content is destroyed."""
    rows = [{"message_id": id, "key": key} for key in sorted(case_keys(connection, keys))]
    if rows:
        connection.execute(insert(case_key).on_conflict_do_nothing(), rows)
    connection.execute(delete(list_without_hearing).where(list_without_hearing.c.message_id == id))
