"""Closes the connection of a caller who does not finish the head of a request in time, and limits how many of them
wait."""

import asyncio
import logging
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from hub.api.limits.idle_connections import IdleConnections

HEAD_SECONDS_MAX = 10


class HeadTimeout(H11Protocol):
    """uvicorn's protocol with that time limit and that limit on connections."""

    idle: ClassVar[IdleConnections]
    _waiting: asyncio.TimerHandle | None = None

    @classmethod
    def bounded_by(cls, idle: IdleConnections) -> type["HeadTimeout"]:
        """Return the protocol of one process."""
        return type("BoundedHeadTimeout", (cls,), {"idle": idle})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waiting = self.loop.call_later(HEAD_SECONDS_MAX, self._give_up)
        self.idle.add(self, self._address(), used=False)

    def data_received(self, data: bytes) -> None:
        asked = self.cycle
        super().data_received(data)
        idle = self.cycle is None or self.cycle.response_complete
        if self.cycle is not asked or not idle:
            self._stop_waiting()
            self.idle.remove(self, self._address())
        elif self._waiting is None:  # The next request on this connection has begun, which ended uvicorn's own wait.
            self._waiting = self.loop.call_later(HEAD_SECONDS_MAX, self._give_up)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.idle.add(self, self._address(), used=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.idle.remove(self, self._address())
        super().connection_lost(exc)

    def end(self) -> None:
        """Close this connection, because another one needs its place."""
        self._stop_waiting()
        self.transport.abort()

    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        logging.getLogger("uvicorn.error").debug("the head of a request did not arrive in time")
        self.transport.abort()
