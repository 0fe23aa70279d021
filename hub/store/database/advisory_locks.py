"""Locks that belong to no row, for work that only one process may do at a time.

All numbers are here, so that no two are the same. A number never changes: during an upgrade the old and the new version
take the same locks.
"""

from enum import IntEnum

from sqlalchemy import Connection, text


class AdvisoryLock(IntEnum):
    PROTOCOLS = 4_211_907
    MIGRATION = 5_318_008
    SEALING = 7_106_133
    ACCOUNTS = 8_220_417
    MASTER_KEYS = 8_220_451
    EVERY_CASE = 8_220_452
    INSTALLATION = 8_220_453
    RULES = 8_220_454
    GIVEN_UP = 8_220_455
    WATCHING = 8_220_493


def wait_for_lock(connection: Connection, lock: AdvisoryLock) -> None:
    """Wait for the lock and hold it until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(lock)})


def try_lock(connection: Connection, lock: AdvisoryLock) -> bool:
    """Take the lock and hold it until this transaction ends. Returns False if somebody else holds it."""
    query = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(connection.execute(query, {"lock": int(lock)}).scalar_one())


def try_lock_for_connection(connection: Connection, lock: AdvisoryLock) -> bool:
    """Take the lock and hold it until the connection ends. Returns False if somebody else holds it."""
    query = text("SELECT pg_try_advisory_lock(:lock)")
    return bool(connection.execute(query, {"lock": int(lock)}).scalar_one())


def try_lock_named(connection: Connection, name: str) -> bool:
    """As `try_lock`, for a lock with a name in place of a number, such as the lock of one inbox."""
    query = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(connection.execute(query, {"name": name}).scalar_one())
