"""When a result was ordered and shared, and whether this hearing decided it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from adapters.systems.common_platform.decoding.moments import day_of, read_day, read_moment
from adapters.systems.common_platform.decoding.record import Record


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
        ordered_at = result.text("orderedHearingId")
        elsewhere = ordered_at and self.hearing_id and ordered_at.casefold() != self.hearing_id.casefold()
        return Release(not elsewhere, day_of(result, "orderedDate"), _shared(result))


def _shared(result: Record) -> datetime | None:
    """Read the time of sharing. Some events give only the day, which gives no order within a day."""
    text = result.text("lastSharedDateTime")
    if text is None:
        return None
    moment = read_moment(text)
    if moment is None and read_day(text) is None:
        day_of(result, "lastSharedDateTime")  # this call doubts it
    return moment
