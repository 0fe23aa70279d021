"""Ends the connection of a caller who connects and does not finish the head of a request."""

import asyncio
import logging

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS_MAX = 10


class HeadTimeout(H11Protocol):
    """uvicorn's protocol, with that time limit."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waiting = self.loop.call_later(HEAD_SECONDS_MAX, self._give_up)

    def data_received(self, data: bytes) -> None:
        asked = self.cycle
        super().data_received(data)
        idle = self.cycle is None or self.cycle.response_complete
        if self.cycle is not asked or not idle:
            self._stop_waiting()
        elif self._waiting is None:  # The next request on this connection has begun, which ended uvicorn's own wait.
            self._waiting = self.loop.call_later(HEAD_SECONDS_MAX, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        logging.getLogger("uvicorn.error").debug("the head of a request did not arrive in time")
        self.transport.abort()
