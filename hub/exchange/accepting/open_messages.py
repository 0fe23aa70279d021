"""Limits how many undelivered messages an agency may have. They are counted now and then, not at every call."""

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
    """How many more messages may be accepted before they are counted again."""


class OpenMessages:
    """Each process has one. Counting takes longer the more messages are open. They are counted again when the room that
    was found is used up, and at least every two seconds, because other processes accept messages too."""

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
        """Called before a document of this agency is kept. Raises TooManyOpen."""
        now = self._ticks()
        with self._lock:
            last = self._counted.get(agency)
            if last is not None and last.room > 0 and now - last.at < LOOK_EVERY_SECONDS:
                return
        allowed = self._limits.of(agency).open_messages_max
        room = allowed - self._count(connection, agency, allowed)
        if room <= 0:
            raise TooManyOpen(
                f"{allowed} of your messages are not delivered yet",
                "wait until some are delivered, then send it again",
            )
        with self._lock:
            self._counted[agency] = _Counted(now, room)

    def accepted(self, agency: str) -> None:
        """Note that one more message was accepted."""
        with self._lock:
            if agency in self._counted:
                self._counted[agency].room -= 1
