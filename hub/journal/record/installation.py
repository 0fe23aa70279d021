"""Entries about the installation itself: backups made and restored, a clock that steps, and the state that each
transaction leaves."""

from collections.abc import Callable
from datetime import datetime

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append, append_at
from schemas.json import JsonObject

Prove = Callable[[int, str], JsonObject]
"""The proof of the lines at a position, and the id of the key that made it."""


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


def record_restore_reviewed(connection: Transaction, at: datetime, *, seen: str, by: str, reason: str) -> None:
    """A person has gone through what may be older than the world, and the exchange works again. Detail: which list,
    who, and what they found."""
    append(connection, Event.RESTORE_REVIEWED, at, seen=seen, by=by, reason=reason)


def record_taken_over(connection: Transaction, at: datetime, *, by: str, reason: str) -> None:
    """From now on the database belongs to another state folder. Detail: who did that, and why."""
    append(connection, Event.TAKEN_OVER, at, by=by, reason=reason)


def record_state_left(connection: Transaction, at: datetime, position: int, left: str, prove: Prove) -> None:
    """Rows were written. Detail: a line for each row with its table, its key and the digest of what it holds now, `-`
    if it is gone; the proof, and which key made it."""
    append_at(connection, Event.STATE_LEFT, at, position, {"left": left} | prove(position, left))


def record_state_decides(
    connection: Transaction, at: datetime, position: int, row: str, left: str, prove: Prove
) -> None:
    """A row was written that decides something: a key, an account, a protocol version. Detail: its table and key, and
    the same as for other rows."""
    append_at(connection, Event.STATE_DECIDES, at, position, {"row": row, "left": left} | prove(position, left))


def record_time_stepped(connection: Transaction, at: datetime, *, seconds: int) -> None:
    """The clock of the machine has stepped. Detail: by how many seconds, back if there is a minus sign."""
    append(connection, Event.TIME_STEPPED, at, seconds=seconds)
