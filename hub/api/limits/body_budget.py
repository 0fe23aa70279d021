"""How many bytes of bodies the API handles at one moment. One agency may use at most half of them.

Everything that a body may need is reserved before its first byte is read, so that two bodies never wait for each other.
While a sender waits, its bytes are not read from the connection.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from hub.errors import Busy

SMALL_BYTES_MAX = 1_000_000
_SMALL_BODIES_BYTES_MAX = 64_000_000
_WAIT_SECONDS_MAX = 5.0


class BodyBudget:
    """Belongs to one event loop."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._small = _Reservations(_SMALL_BODIES_BYTES_MAX)  # So that small bodies do not wait behind large ones.
        self._large = _Reservations(bytes_max)

    @asynccontextmanager
    async def reserve(self, agency: str, size_bytes: int) -> AsyncGenerator[None, None]:
        """Raises Busy if there is no room within five seconds."""
        reserved = self._small if size_bytes <= SMALL_BYTES_MAX else self._large
        size = min(size_bytes, self._bytes_max)
        await reserved.take(agency, size)
        try:
            yield
        finally:
            reserved.give_back(agency, size)


class _Reservations:
    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._of: Counter[str] = Counter()
        self._waiting: deque[tuple[str, int, asyncio.Future[None]]] = deque()

    async def take(self, agency: str, size: int) -> None:
        if self._fits(agency, size):
            self._of[agency] += size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (agency, size, turn)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(_WAIT_SECONDS_MAX):
                await turn
        except BaseException as error:
            # The room was given at the very moment when this call stopped waiting.
            if turn.done() and not turn.cancelled():
                self.give_back(agency, size)
            else:
                self._waiting.remove(entry)
            if isinstance(error, TimeoutError):
                raise Busy("busy.bodies", "too many large documents are being read at this moment", 10) from None
            raise

    def give_back(self, agency: str, size: int) -> None:
        self._of[agency] -= size
        if self._of[agency] <= 0:
            del self._of[agency]
        for entry in tuple(self._waiting):
            of, wanted, turn = entry
            if self._fits(of, wanted):
                self._waiting.remove(entry)
                self._of[of] += wanted
                turn.set_result(None)

    def _fits(self, agency: str, size: int) -> bool:
        """Each agency may have half, but always at least one body."""
        share = self._of[agency] + size <= self._bytes_max // 2 or not self._of[agency]
        return share and self._of.total() + size <= self._bytes_max
