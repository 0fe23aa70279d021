"""Entries about keys: those of agencies, and the master keys of the vault."""

from collections.abc import Sequence
from datetime import datetime

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


def record_key_added(connection: Transaction, at: datetime, *, agency: str, key: str, algorithm: str, by: str) -> None:
    """An agency has another key or certificate. Detail: its id or thumbprint, the algorithm, and who registered it."""
    append(connection, Event.KEY_ADDED, at, agency=agency, key=key, algorithm=algorithm, by=by)


def record_key_revoked(connection: Transaction, at: datetime, *, agency: str, key: str, by: str) -> None:
    """A key or certificate is no longer accepted. Detail: its id or thumbprint, and who revoked it."""
    append(connection, Event.KEY_REVOKED, at, agency=agency, key=key, by=by)


def record_vault_rotated(
    connection: Transaction, at: datetime, *, to: str, rewrapped: int, continued: bool, by: str
) -> None:
    """Another master key wraps all data keys. Detail: its id, how many keys were wrapped again, whether an interrupted
    rotation was continued, and who did it."""
    append(connection, Event.VAULT_ROTATED, at, to=to, rewrapped=rewrapped, continued=continued, by=by)


def record_vault_retired(connection: Transaction, at: datetime, *, keys: Sequence[str], by: str) -> None:
    """Master keys that wrap nothing were deleted. Detail: their ids, and who did it."""
    append(connection, Event.VAULT_RETIRED, at, keys=list(keys), by=by)
