"""After a restore the exchange stands still. What people stopped since the backup was made is not in it, so nothing is
accepted, sent or destroyed until a person has gone through it."""

import time
from collections.abc import Mapping
from datetime import datetime

from hub.clock import Clock
from hub.store.database.engine import Store, Transaction
from hub.store.journal import installation
from hub.unproved import StandingStill

_STILL, _OVER = "standstill", "over"
_LOOK_EVERY_SECONDS = 1.0


class Standstill:
    """Each process asks once, and again only while the exchange stands still."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._still: str | None = None
        self._over = False
        self._looked_at = 0.0

    def begin(self, connection: Transaction, backup_made_at: str) -> None:
        """`backup_made_at` is the moment that the restored database is of."""
        installation.mark(connection, _STILL, backup_made_at, self._clock.now())
        self._over, self._looked_at = False, 0.0

    def end(self, connection: Transaction) -> None:
        installation.mark(connection, _STILL, _OVER, self._clock.now())
        self._looked_at = 0.0

    def is_over(self) -> bool:
        """Whether this process knows already that the exchange works. Asks nobody."""
        return self._over

    def since(self) -> datetime | None:
        """The moment that the restored database is of; None if the exchange works."""
        if not self._over and time.monotonic() - self._looked_at >= _LOOK_EVERY_SECONDS:
            with self._store.transaction() as connection:
                migrated = installation.is_migrated(connection)
                said = installation.marks(connection).get(_STILL, _OVER) if migrated else None
                by_nobody = said == _OVER and bool(self._store.unproved(connection, "installation"))
            self._looked_at = time.monotonic()
            if not by_nobody or self._still is None:  # a standstill that somebody ended by SQL goes on
                self._over, self._still = said == _OVER, said
        return None if self._over or self._still is None else datetime.fromisoformat(self._still)

    def refuse(self) -> None:
        """Raises StandingStill."""
        if (since := self.since()) is not None:
            raise StandingStill(
                f"a backup of {since:%Y-%m-%d %H:%M} UTC was put back, and nobody has gone through it yet",
                "go through what may be older than the world: hub restored show",
            )


def stands_still(marks: Mapping[str, str]) -> bool:
    """By the marks of the installation."""
    return marks.get(_STILL, _OVER) != _OVER
