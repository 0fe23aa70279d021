"""Wakes callers who wait for their mailbox, as soon as the database reports that something was placed in it."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from hub.errors import StoreUnavailable
from hub.store.database.engine import Store
from hub.store.messages.mailbox import SIGNAL_CHANNEL

_LOOK_ROUND_SECONDS = 1.0


class MailboxSignal:
    """One thread listens for all callers who wait, and only while somebody waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, asyncio.Event, asyncio.AbstractEventLoop]] = []
        self._listens = False

    @asynccontextmanager
    async def wait_for(self, agency: str) -> AsyncGenerator[asyncio.Event, None]:
        """The event is set when something may have come. Clear it before each look, then look."""
        event = asyncio.Event()
        entry = (agency, event, asyncio.get_running_loop())
        with self._lock:
            self._waiting.append(entry)
            if not self._listens:
                self._listens = True
                threading.Thread(target=self._listen, name="mailbox-signal", daemon=True).start()
        try:
            yield event
        finally:
            with self._lock:
                self._waiting.remove(entry)

    def _listen(self) -> None:
        try:
            with self._store.listening(SIGNAL_CHANNEL) as connection:
                self._wake(None)  # What came before the thread listened was not noticed.
                while self._somebody_waits():
                    for signalled in connection.notifies(timeout=_LOOK_ROUND_SECONDS, stop_after=1):
                        self._wake(signalled.payload)
        except StoreUnavailable:
            # Callers who wait also look now and then without a signal. The next caller starts the thread again.
            with self._lock:
                self._listens = False

    def _somebody_waits(self) -> bool:
        with self._lock:
            self._listens = bool(self._waiting)
            return self._listens

    def _wake(self, agency: str | None) -> None:
        """Wake one agency, or all."""
        with self._lock:
            for of, event, loop in self._waiting:
                if agency in (None, of):
                    loop.call_soon_threadsafe(event.set)
