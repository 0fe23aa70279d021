"""How much of what an agency handed in is still on its way: counted now and then, not at every call."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from hub.errors import TooManyOpen
from hub.exchange.partners.limits import LimitsByAgency
from hub.store.database.engine import Transaction
from hub.store.messages import backlog as pressure

LOOK_EVERY_SECONDS = 2.0


@dataclass
class _Counted:
    at: float
    room: int
    """How many more may be accepted before it is counted again."""


class OpenMessages:
    """One for each process. Counting takes the longer the more is open: it is done again when the room that was found
    has been used up, and after two seconds in any case, for what the other processes took."""

    def __init__(
        self,
        limits: LimitsByAgency,
        count: Callable[[Transaction, str, int], int] = pressure.open_of,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._count = count
        self._ticks = ticks
        self._lock = Lock()
        self._counted: dict[str, _Counted] = {}

    def check(self, connection: Transaction, agency: str) -> None:
        """Before a document of this agency is kept. Raises TooManyOpen."""
        now = self._ticks()
        with self._lock:
            last = self._counted.get(agency)
            if last is not None and last.room > 0 and now - last.at < LOOK_EVERY_SECONDS:
                return
        allowed = self._limits.of(agency).open_messages_max
        room = allowed - self._count(connection, agency, allowed)
        if room <= 0:
            raise TooManyOpen(
                f"{allowed} messages from you are still under way",
                "wait until some are delivered, then send it again",
            )
        with self._lock:
            self._counted[agency] = _Counted(now, room)

    def accepted(self, agency: str) -> None:
        """One message more."""
        with self._lock:
            if agency in self._counted:
                self._counted[agency].room -= 1
