"""Entries about the installation itself: backups made and restored."""

from datetime import datetime

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


def record_backed_up(
    connection: Transaction, at: datetime, *, up_to: int, sha256: str, with_keys: bool, by: str
) -> None:
    """A backup was written. Detail: the last journal position in it, its digest, whether the keys are in it, and who
    made it."""
    append(connection, Event.BACKED_UP, at, up_to=up_to, sha256=sha256, with_keys=with_keys, by=by)


def record_restored(connection: Transaction, at: datetime, *, made_at: str, up_to: int, sha256: str) -> None:
    """A backup was loaded into an empty database. Detail: when it was made, the last journal position in it, and its
    digest."""
    append(connection, Event.RESTORED, at, made_at=made_at, up_to=up_to, sha256=sha256)
