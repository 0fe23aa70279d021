"""Locks of cases, so that two messages about one case are recorded one after the other."""

from sqlalchemy import Connection, text

from hub.store.content.blinding import blinder
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock

_ALWAYS_ROOM = 1_000  # any server has room for so many locks of one transaction
_ROOM = text(
    "SELECT CAST(current_setting('max_locks_per_transaction') AS integer)"
    " * CAST(current_setting('max_connections') AS integer) / 4"
)
"""A transaction that finds no room for a lock fails, so one document takes a quarter of the room at most."""
_LOCK = text(
    "SELECT pg_advisory_xact_lock_shared(:every)"
    " UNION ALL SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n"
)


def lock_cases(connection: Connection, keys: frozenset[str]) -> None:
    """Lock these cases until the transaction ends, so that a report and a sentence that arrive at the same moment see
    each other. The order is always the same, so that two transactions never wait for each other. If the server has no
    room for so many locks, it locks every case instead."""
    if len(keys) > _ALWAYS_ROOM and len(keys) > connection.execute(_ROOM).scalar_one():
        wait_for_lock(connection, AdvisoryLock.EVERY_CASE)
    elif keys:
        blind = blinder(connection, "lock")
        numbers = sorted(int.from_bytes(bytes.fromhex(blind(key)[:16]), signed=True) for key in keys)
        connection.execute(_LOCK, {"every": int(AdvisoryLock.EVERY_CASE), "numbers": numbers})
