"""How soon and how often a dead process may be started again."""

import time
from collections import deque

LIMIT = 6  # deaths within WINDOW seconds; after one more the process is given up
WINDOW = 60.0
_FIRST_DELAY = 0.25
_LONGEST_DELAY = 8.0


class Restarts:
    """The recent deaths of one process. The first restart is immediate; each further delay is twice as long."""

    def __init__(self) -> None:
        self._deaths: deque[float] = deque()

    def note_death(self) -> None:
        self._deaths.append(time.monotonic())
        self._forget()

    @property
    def exhausted(self) -> bool:
        return len(self._deaths) > LIMIT

    @property
    def due(self) -> bool:
        """Return whether the delay after the last death is over."""
        if len(self._deaths) < 2:
            return True
        delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** (len(self._deaths) - 2))
        return time.monotonic() >= self._deaths[-1] + delay

    def _forget(self) -> None:
        while self._deaths and self._deaths[0] < self._deaths[-1] - WINDOW:
            self._deaths.popleft()
