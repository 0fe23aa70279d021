"""The three doors of the API: for agencies, for staff, and for whoever looks after the process. Each has a bound of its
own, so that nobody is kept out by what comes through another door. One agency takes a share of its door and no more."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from threading import Lock

from fastapi import Request

from hub.errors import Failure
from hub.settings import Settings

PLACE = "place_at_door"


class TooManyAtOnce(Failure):
    code = "limit.at_once"
    status = 429
    retryable = True

    def __init__(self, at_once_max: int) -> None:
        self.retry_after_seconds = 5
        super().__init__(
            f"more than {at_once_max} calls of one agency at the same time",
            "wait for the answers to your other calls, and wait for your mailbox with one call",
        )


class Door(StrEnum):
    AGENCIES = "agencies"
    STAFF = "staff"
    HEALTH = "health"


_OPEN = frozenset(
    {"/health", "/ready", "/metrics", "/.well-known/jwks.json", "/.well-known/oauth-authorization-server"}
)


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
        share = max(1, settings.requests_at_once_max // 2)
        self._of_one_agency_max = min(settings.requests_at_once_of_one_agency_max, share)
        self._of_agency: Counter[str] = Counter()
        self._counting = Lock()  # who calls is found in threads
        self._silent: dict[Door, OrderedDict[asyncio.Timeout, None]] = {door: OrderedDict() for door in Door}

    @contextmanager
    def through(self, door: Door) -> Iterator["PlaceAtDoor | None"]:
        """The place of one more request; None if there is no room. If there is none, the request that has waited
        longest for a small body, or for something in a mailbox, ends: anybody can begin one."""
        place = PlaceAtDoor(self, door)
        self._inside[door] += 1
        try:
            has_room = self._inside[door] <= self._at_most[door] or self._end_oldest(door)
            yield place if has_room else None
        finally:
            self._inside[door] -= 1
            if place.agency is not None:
                self.leave(place.agency)

    def enter(self, agency: str) -> None:
        """Raises TooManyAtOnce."""
        with self._counting:
            if self._of_agency[agency] >= self._of_one_agency_max:
                raise TooManyAtOnce(self._of_one_agency_max)
            self._of_agency[agency] += 1

    def leave(self, agency: str) -> None:
        with self._counting:
            self._of_agency[agency] -= 1
            if not self._of_agency[agency]:
                del self._of_agency[agency]

    @contextmanager
    def silent(self, door: Door, until: asyncio.Timeout) -> Iterator[None]:
        """While a request waits for what may never come, it may have to make room for another."""
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


class PlaceAtDoor:
    """The place of one request at a door. `agency` is whose it is, once that is known."""

    def __init__(self, doors: Doors, door: Door) -> None:
        self._doors = doors
        self._door = door
        self.agency: str | None = None

    def taken_by(self, agency: str) -> None:
        """Raises TooManyAtOnce if the agency has taken its share of the door."""
        if self.agency is None:
            self._doors.enter(agency)
            self.agency = agency

    def gives_way(self, until: asyncio.Timeout) -> AbstractContextManager[None]:
        """While the request waits, `until` ends early if there is no room for another."""
        return self._doors.silent(self._door, until)


def place_of(request: Request) -> PlaceAtDoor:
    found: PlaceAtDoor = request.scope[PLACE]
    return found
