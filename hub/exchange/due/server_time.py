"""Counts how long the exchange has run, and reports when the clock of the machine steps.

An assertion is good for minutes and is remembered for hours. If the clock of the machine decided how long, a wrong time
server would open the door to assertions that were used before.
"""

import time
from collections.abc import Callable
from datetime import datetime

from hub.journal.record.installation import record_time_stepped
from hub.store.access import server_time
from hub.store.database.engine import Store
from hub.telemetry.logs import Log

STEP_SECONDS_MAX = 60.0
"""A clock that is corrected bit by bit differs by less between two looks."""


class RunningTime:
    """Each process that sweeps has one. `ticks` are seconds that never go back."""

    def __init__(self, store: Store, log: Log, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._log = log
        self._ticks = ticks
        self._began: tuple[float, float] | None = None
        self._looked: tuple[float, datetime] | None = None

    def look(self, now: datetime) -> int:
        """Count on. Returns 1 if the clock has stepped since the look before."""
        ticks = self._ticks()
        with self._store.transaction() as connection:
            known = server_time.read(connection)
            self._began = self._began or (ticks, known.elapsed_seconds)
            server_time.advance(connection, self._began[1] + ticks - self._began[0], now)
            stepped = self._stepped(ticks, now, known.seen_at)
            if abs(stepped) > STEP_SECONDS_MAX:
                record_time_stepped(connection, now, seconds=round(stepped))
        self._looked = ticks, now
        if abs(stepped) <= STEP_SECONDS_MAX:
            return 0
        self._log.error("time.stepped", seconds=round(stepped))
        return 1

    def _stepped(self, ticks: float, now: datetime, seen_at: datetime | None) -> float:
        """By how many seconds the clock has moved more than time has passed. After a start it is only known whether it
        went back."""
        if self._looked is not None:
            return (now - self._looked[1]).total_seconds() - (ticks - self._looked[0])
        return min((now - seen_at).total_seconds(), 0.0) if seen_at is not None else 0.0
