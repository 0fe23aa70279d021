"""Says whether the exchange can accept more documents now. It looks every few seconds, before a document is kept."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from hub.durable_files import free_bytes
from hub.errors import Busy
from hub.exchange.wiring import Wiring
from hub.store.messages import backlog

LOOK_EVERY_SECONDS = 2.0


class Capacity:
    """Each process has one."""

    def __init__(self, wiring: Wiring, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._settings = wiring.settings
        self._ticks = ticks
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._stuck = False
        self._found: tuple[str, str, int] | None = None

    def must_look(self) -> bool:
        """Whether the next check asks the disk and the database, or waits for the first that does."""
        if self._looked_at is None:
            return True
        return not self._lock.locked() and self._ticks() - self._looked_at >= LOOK_EVERY_SECONDS

    def check(self) -> None:
        """Raises Busy. Raises StoreUnavailable if the database does not answer. While one call looks, what was found
        before counts for the others."""
        if self._lock.acquire(blocking=self._looked_at is None):
            try:
                if self._looked_at is None or self._ticks() - self._looked_at >= LOOK_EVERY_SECONDS:
                    self._found = self._look()
                    self._looked_at = self._ticks()
            finally:
                self._lock.release()
        if self._found is not None:
            raise Busy(*self._found)

    def _look(self) -> tuple[str, str, int] | None:
        settings = self._settings
        if free_bytes(settings.state_dir) < settings.disk_free_bytes_min:
            return "busy.disk", "the disk of the exchange is nearly full", 60
        late = self._clock.now() - timedelta(seconds=settings.backlog_seconds_max)
        with self._store.transaction() as connection:
            if backlog.is_longer_than(connection, settings.backlog_max):
                return "busy.backlog", "too many deliveries are waiting", 30
            stuck, was_stuck = backlog.something_ready_since(connection, late, self._clock.now()), self._stuck
            self._stuck = stuck
            if stuck and was_stuck:  # Seen only once, this may be the pause between two batches to a slow recipient.
                return "busy.backlog", "some deliveries have waited too long", 30
        return None
