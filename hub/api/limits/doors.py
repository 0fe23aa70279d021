"""The three doors of the API: for agencies, for staff, and for whoever looks after the process. Each has a bound of its
own, so that nobody is kept out by what comes through another door."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from hub.settings import Settings


class Door(StrEnum):
    AGENCIES = "agencies"
    STAFF = "staff"
    HEALTH = "health"


_OPEN = frozenset({"/health", "/ready", "/.well-known/jwks.json", "/.well-known/oauth-authorization-server"})


def door_of(path: str) -> Door:
    if path.startswith(("/staff/", "/console")):
        return Door.STAFF
    return Door.HEALTH if path in _OPEN else Door.AGENCIES


class Doors:
    """The requests that one process works on, by their door."""

    def __init__(self, settings: Settings) -> None:
        self._at_most = {
            Door.AGENCIES: settings.requests_at_once_max,
            Door.STAFF: settings.staff_requests_at_once_max,
            Door.HEALTH: settings.health_requests_at_once_max,
        }
        self._inside = dict.fromkeys(Door, 0)
        self._silent: dict[Door, OrderedDict[asyncio.Timeout, None]] = {door: OrderedDict() for door in Door}

    @contextmanager
    def through(self, door: Door) -> Iterator[bool]:
        """Whether there is room for one more. If there is none, the request that has waited longest for a small body
        ends: anybody can begin one."""
        self._inside[door] += 1
        try:
            yield self._inside[door] <= self._at_most[door] or self._end_oldest(door)
        finally:
            self._inside[door] -= 1

    @contextmanager
    def silent(self, door: Door, until: asyncio.Timeout) -> Iterator[None]:
        """While a request waits for its small body, it may have to make room for another."""
        self._silent[door][until] = None
        try:
            yield
        finally:
            self._silent[door].pop(until, None)

    def _end_oldest(self, door: Door) -> bool:
        if not self._silent[door]:
            return False
        oldest, _ = self._silent[door].popitem(last=False)
        oldest.reschedule(asyncio.get_running_loop().time())
        return True
