"""The keys of the content: one wrapped key for each message and document, and the key for blinding.

Content without its key cannot be read. To destroy content is to delete its row here.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, bindparam, delete, func, select, text, update

from hub.errors import ContentDestroyed, KeysUnusable
from hub.store.content.tables import content_key
from hub.store.database.advisory_locks import AdvisoryLock, try_lock
from hub.store.database.engine import vault_of
from hub.store.database.gathered import add_row, gathers, noted
from hub.vault.data_key import DataKey
from hub.vault.wrapping import Wrapped

_OF = select(content_key).where(content_key.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_NOT_RETIRED_MEANWHILE = text("LOCK TABLE content_key IN ROW EXCLUSIVE MODE")

BLINDING = UUID(int=0)
"""The id of the key for blinding. It is made once with the database. It is wrapped and re-wrapped like every other
key."""


def keep(connection: Connection, id: UUID) -> DataKey:
    """Make and keep a key for the message or document with this id."""
    key, wrapped = new_key(connection)
    add(connection, id, key, wrapped)
    return key


def new_key(connection: Connection) -> tuple[DataKey, Wrapped]:
    """Make a key and return it with its wrapped form. Until this transaction ends, no master key can be retired."""
    if not (gathers(connection) and _made_here(connection)):  # once is enough for one transaction
        connection.execute(_NOT_RETIRED_MEANWHILE)
    return vault_of(connection).new_key()


def add(connection: Connection, id: UUID, key: DataKey, wrapped: Wrapped) -> None:
    add_row(connection, content_key, {"id": id, "wrapped": wrapped.key, "wrapped_by": wrapped.by})
    if gathers(connection):
        _made_here(connection)[id] = key


def _made_here(connection: Connection) -> dict[UUID, DataKey]:
    """The keys that this transaction has made. Nobody else can have destroyed them."""
    return noted(connection, "keys", dict)


def open_key(connection: Connection, id: UUID) -> DataKey:
    """Return the key. Raises ContentDestroyed, or KeysUnusable if no master key opens it."""
    made = _made_here(connection).get(id) if gathers(connection) else None
    return made or open_all(connection, [id])[id]


def open_all(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, DataKey]:
    """Return the key of each id. Raises as `open_key`."""
    wanted = list(ids)
    found = open_keys(connection, wanted)
    for id in wanted:
        if id not in found:
            raise _no_key(connection, id)
    return found


def opened(connection: Connection, wrapped: Wrapped | None, id: UUID) -> DataKey:
    """Unwrap a key that was already read. Raises as `open_key`."""
    if wrapped is None:
        raise _no_key(connection, id)
    return vault_of(connection).open([wrapped])[0]


def open_keys(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, DataKey]:
    """Return the keys that exist. Destroyed content has none."""
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
    """Make the key for blinding if there is none. The first key of a database also makes the first master key if there
    is none."""
    if connection.execute(select(content_key.c.id).where(content_key.c.id == BLINDING)).first() is None:
        vault_of(connection).wrapping.prepare()
        keep(connection, BLINDING)


# There are millions of keys and few master keys: it skips from one to the next through the index.
_WRAPPED_BY = text("""
    WITH RECURSIVE used (by) AS (
        (SELECT wrapped_by FROM content_key ORDER BY wrapped_by LIMIT 1)
        UNION ALL
        SELECT (SELECT k.wrapped_by FROM content_key k WHERE k.wrapped_by > used.by ORDER BY k.wrapped_by LIMIT 1)
        FROM used WHERE used.by IS NOT NULL
    )
    SELECT by FROM used WHERE by IS NOT NULL
""")


def check_openable(connection: Connection) -> None:
    """Raise KeysUnusable unless every master key that wrapped something here is available and correct."""
    by = frozenset(connection.execute(_WRAPPED_BY).scalars())
    missing = sorted(by - vault_of(connection).wrapping.known())
    if missing:
        raise KeysUnusable(
            "vault.key_missing",
            f"the database holds keys that {', '.join(missing)} encrypts, and that key is missing",
            "restore the master keys that were kept with the backups",
        )
    open_key(connection, BLINDING)


def lock_master_keys(connection: Connection) -> bool:
    """Lock the master keys until this transaction ends. Returns False if another process is changing them."""
    return try_lock(connection, AdvisoryLock.MASTER_KEYS)


def stop_new_content(connection: Connection) -> None:
    """Let nobody keep new content until this transaction ends. Waits for transactions that are keeping some now."""
    connection.execute(text("LOCK TABLE content_key IN SHARE ROW EXCLUSIVE MODE"))


def rewrap(connection: Connection, limit: int) -> int:
    """Wrap with the current master key all keys that another one wrapped; returns how many. The content stays
    unchanged."""
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
    """Return how many keys each master key wraps."""
    query = select(content_key.c.wrapped_by, func.count()).group_by(content_key.c.wrapped_by)
    return {by: int(number) for by, number in connection.execute(query.order_by(content_key.c.wrapped_by))}
