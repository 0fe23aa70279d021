"""When a result was ordered and shared, and whether this hearing decided it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from adapters.systems.common_platform.decoding.moments import day_of, read_day, read_moment
from adapters.systems.common_platform.decoding.record import Record

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Release:
    """`own` is False for a result of another hearing, which an event repeats."""

    own: bool
    ordered: date | None
    shared: datetime | None


@dataclass(frozen=True, slots=True)
class Sharing:
    """`withdrawn` are the deleted results of a defendant. Nothing else is known about them."""

    hearing_id: str | None = None
    withdrawn: list[Release] = field(default_factory=list)

    def release_of(self, result: Record) -> Release:
        return Release(self._is_own(result), day_of(result, "orderedDate"), _shared(result))

    def _is_own(self, result: Record) -> bool:
        """Return whether this hearing decided it. If only one of the two numbers has the platform's form, the other is
        broken, and a sentence must not be lost because of that."""
        ordered_at = result.text("orderedHearingId")
        if ordered_at is None or self.hearing_id is None or ordered_at.casefold() == self.hearing_id.casefold():
            return True
        if _is_uuid(ordered_at) is _is_uuid(self.hearing_id):
            return False
        problem = "differs from the number of the hearing, and only one of the two is a number of the platform"
        cure = "check whether this hearing decided it; it counts as decided by this hearing"
        result.doubt("common_platform.hearing_number", "orderedHearingId", problem, cure)
        return True


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def _shared(result: Record) -> datetime | None:
    """Read the time of sharing. Some events give only the day, which gives no order within a day."""
    text = result.text("lastSharedDateTime")
    if text is None:
        return None
    moment = read_moment(text)
    if moment is None and read_day(text) is None:
        day_of(result, "lastSharedDateTime")  # this call doubts it
    return moment
