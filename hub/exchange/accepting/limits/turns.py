"""How many cases an agency may hand in each minute, and one large document of it after another. So a document of
thousands takes its turn and stops nobody. Large documents of several agencies are recorded beside each other as long as
all of them fit into memory: while it is recorded, a document takes up to sixty times its size."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from hub.errors import Busy, Failure
from hub.exchange.partners.limits import LimitsByAgency

LARGE_BYTES = 1_000_000
TOGETHER_BYTES_MAX = 12_000_000
"""Of all large documents that one process records at the same time. One alone may be larger."""
_MINUTE_SECONDS = 60.0
_LARGE_AGAIN_SECONDS = 10


class TooManyCases(Failure):
    code = "limit.cases"
    status = 429
    retryable = True

    def __init__(self, problem: str, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(problem, f"send it again after {retry_after_seconds} seconds; nothing was accepted")


@dataclass
class Turn:
    """A document that is being recorded. `cases` is how many it had that are messages; bad ones count as open
    until a person has settled them."""

    cases: int = 0


@dataclass
class _Room:
    """How many cases the agency may hand in at `at`. It grows with time up to a minute's worth; a document that had
    more leaves less than nothing."""

    at: float
    cases: float
    in_turn: int = 0
    """How many of its large documents are being recorded: one at most."""


class Turns:
    """Each process has one, and counts what it records itself."""

    def __init__(self, limits: LimitsByAgency, ticks: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._ticks = ticks
        self._lock = Lock()
        self._rooms: dict[str, _Room] = {}
        self._together_bytes = 0

    @contextmanager
    def of(self, agency: str, size_bytes: int) -> Iterator[Turn]:
        """While a document of this agency is recorded. It is taken whole, however many cases it has, unless those
        before it have used up the room. Raises TooManyCases or Busy."""
        large = size_bytes > LARGE_BYTES
        self._begin(agency, size_bytes, large=large)
        turn = Turn()
        try:
            yield turn
        finally:
            with self._lock:
                room = self._rooms[agency]
                room.cases -= turn.cases
                room.in_turn -= large
                self._together_bytes -= size_bytes if large else 0

    def _begin(self, agency: str, size_bytes: int, *, large: bool) -> None:
        a_minute = self._limits.of(agency).cases_a_minute_max
        with self._lock:
            now = self._ticks()
            room = self._rooms.setdefault(agency, _Room(now, a_minute))
            room.cases = min(a_minute, room.cases + (now - room.at) * a_minute / _MINUTE_SECONDS)
            room.at = now
            if room.cases < 1:
                seconds = math.ceil((1 - room.cases) * _MINUTE_SECONDS / a_minute)
                raise TooManyCases(f"you handed in more than {a_minute} cases within a minute", seconds)
            if large and room.in_turn:
                raise TooManyCases("another large document of yours is being recorded", _LARGE_AGAIN_SECONDS)
            if large and self._together_bytes and self._together_bytes + size_bytes > TOGETHER_BYTES_MAX:
                problem = "as many large documents are being recorded as fit into memory"
                raise Busy("busy.bodies", problem, _LARGE_AGAIN_SECONDS)
            room.in_turn += large
            self._together_bytes += size_bytes if large else 0
