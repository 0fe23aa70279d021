"""The keys of what is kept: one for each message and document, wrapped; and that which blinds.

Whose key is gone cannot be read by anybody: destroying content is deleting its row here.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, bindparam, delete, func, insert, select, text, update

from hub.errors import ContentDestroyed, KeysUnusable
from hub.store.content.tables import content_key
from hub.store.database.advisory_locks import AdvisoryLock, try_lock
from hub.store.database.engine import vault_of
from hub.vault.data_key import DataKey
from hub.vault.wrapping import Wrapped

_ADD = insert(content_key)
_OF = select(content_key).where(content_key.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_NOT_RETIRED_MEANWHILE = text("LOCK TABLE content_key IN ROW EXCLUSIVE MODE")

BLINDING = UUID(int=0)
"""The id of the key that blinds: made once with the database, wrapped and re-wrapped like every other."""


def keep(connection: Connection, id: UUID) -> DataKey:
    """A new key for the message or document of that id."""
    key, wrapped = new_key(connection)
    add(connection, id, wrapped)
    return key


def new_key(connection: Connection) -> tuple[DataKey, Wrapped]:
    """From here to the end of the transaction no master key is retired: that which wraps now stays."""
    connection.execute(_NOT_RETIRED_MEANWHILE)
    return vault_of(connection).new_key()


def add(connection: Connection, id: UUID, wrapped: Wrapped) -> None:
    connection.execute(_ADD, {"id": id, "wrapped": wrapped.key, "wrapped_by": wrapped.by})


def open_key(connection: Connection, id: UUID) -> DataKey:
    """Raises ContentDestroyed, or KeysUnusable when no master key opens it."""
    return open_all(connection, [id])[id]


def open_all(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, DataKey]:
    """The key of each. Raises as `open_key`."""
    wanted = list(ids)
    found = open_keys(connection, wanted)
    for id in wanted:
        if id not in found:
            raise _no_key(connection, id)
    return found


def opened(connection: Connection, wrapped: Wrapped | None, id: UUID) -> DataKey:
    """The key of that id, which was read already. Raises as `open_key`."""
    if wrapped is None:
        raise _no_key(connection, id)
    return vault_of(connection).open([wrapped])[0]


def open_keys(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, DataKey]:
    """Those that there are: of destroyed content there is none."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = connection.execute(_OF, {"ids": wanted}).all()
    keys = vault_of(connection).open([Wrapped(row.wrapped_by, row.wrapped) for row in rows])
    return {row.id: key for row, key in zip(rows, keys, strict=True)}


def destroy(connection: Connection, ids: Sequence[UUID]) -> None:
    connection.execute(delete(content_key).where(content_key.c.id.in_(ids)))


def _no_key(connection: Connection, id: UUID) -> ContentDestroyed | KeysUnusable:
    gone = connection.execute(text("SELECT FROM disposal WHERE id = :id"), {"id": id}).first() is not None
    if gone:
        return ContentDestroyed(
            "its retention time has ended, and its content was destroyed", "see when and why: hub show"
        )
    return KeysUnusable("vault.key_lost", "the key of that content is not in the database", "restore it from a backup")


def make_blinding_key(connection: Connection) -> None:
    """Unless there is one. With the first key of a database, the first master key is made where there is none."""
    if connection.execute(select(content_key.c.id).where(content_key.c.id == BLINDING)).first() is None:
        vault_of(connection).wrapping.prepare()
        keep(connection, BLINDING)


def check_openable(connection: Connection) -> None:
    """Raises KeysUnusable unless every master key that wrapped something here is at hand, and is the right one."""
    by = frozenset(connection.execute(select(content_key.c.wrapped_by).distinct()).scalars())
    missing = sorted(by - vault_of(connection).wrapping.known())
    if missing:
        raise KeysUnusable(
            "vault.key_missing",
            f"the database holds keys that {', '.join(missing)} encrypts, and that key is missing",
            "restore the master keys that were kept with the backups",
        )
    open_key(connection, BLINDING)


def lock_master_keys(connection: Connection) -> bool:
    """Lock the master keys until this transaction ends; False if somebody else is changing them."""
    return try_lock(connection, AdvisoryLock.MASTER_KEYS)


def stop_new_content(connection: Connection) -> None:
    """Until this transaction ends, nobody keeps new content. Waits for those that are keeping some now."""
    connection.execute(text("LOCK TABLE content_key IN SHARE ROW EXCLUSIVE MODE"))


def rewrap(connection: Connection, limit: int) -> int:
    """Wrap again by the current master key what another wrapped; returns how many were. Bodies stay as they are."""
    wrapping = vault_of(connection).wrapping
    query = select(content_key).where(content_key.c.wrapped_by != wrapping.current()).order_by(content_key.c.id)
    rows = connection.execute(query.limit(limit).with_for_update()).all()
    fresh = wrapping.wrap(wrapping.unwrap([Wrapped(row.wrapped_by, row.wrapped) for row in rows]))
    if rows:
        connection.execute(
            update(content_key).where(content_key.c.id == bindparam("of")),
            [{"of": row.id, "wrapped": new.key, "wrapped_by": new.by} for row, new in zip(rows, fresh, strict=True)],
        )
    return len(rows)


def counts(connection: Connection) -> Mapping[str, int]:
    """How many keys each master key wraps."""
    query = select(content_key.c.wrapped_by, func.count()).group_by(content_key.c.wrapped_by)
    return {by: int(number) for by, number in connection.execute(query.order_by(content_key.c.wrapped_by))}
