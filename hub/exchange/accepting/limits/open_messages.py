"""Limits how many undelivered messages and refused parts an agency may have. They are counted now and then, and
not at every call."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from hub.errors import TooManyOpen
from hub.exchange.partners.limits import LimitsByAgency
from hub.store.database.engine import Transaction
from hub.store.messages import backlog
from hub.store.repairing import refused_parts

LOOK_EVERY_SECONDS = 2.0


@dataclass
class _Counted:
    at: float
    room: int
    """How many more messages may be accepted before they are counted again."""


def open_or_refused(connection: Transaction, agency: str, at_most: int) -> int:
    """How much of this agency waits: messages for their recipients, refused parts for a person."""
    return backlog.open_of(connection, agency, at_most) + refused_parts.problems_of(connection, agency, at_most)


class OpenMessages:
    """Each process has one. Counting takes longer the more messages are open. They are counted again when the room that
    was found is used up, and at least every two seconds, because other processes accept messages too."""

    def __init__(
        self,
        limits: LimitsByAgency,
        count: Callable[[Transaction, str, int], int] = open_or_refused,
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
                f"{allowed} of your messages are not delivered yet, or were refused and wait for a person",
                "wait until some are delivered or settled, then send it again",
            )
        with self._lock:
            self._counted[agency] = _Counted(now, room)

    def accepted(self, agency: str, count: int = 1) -> None:
        """Note that more messages were accepted, or that so many parts were refused and wait for a person."""
        with self._lock:
            if agency in self._counted:
                self._counted[agency].room -= count
