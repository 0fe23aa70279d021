"""Reads the days on which a hearing sits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from adapters.systems.common_platform.decoding.moments import day_of, read_moment
from adapters.systems.common_platform.decoding.record import Record
from schemas.parts.offence import SEQUENCE_MAX


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day of a hearing. `moment` is None if only the day is given."""

    day: date
    moment: datetime | None
    sequence: int | None
    cancelled: bool

    @property
    def starts_at(self) -> time | None:
        return self.moment.time() if self.moment else None


def read_sittings(record: Record, name: str) -> Iterator[Sitting]:
    """Return the days. A day that cannot be read is left out, with a doubt."""
    for day in record.each(name):
        on = day_of(day, "sittingDay")
        if on is not None:
            moment = read_moment(day.text("sittingDay") or "")
            yield Sitting(on, moment, day.number("listingSequence", SEQUENCE_MAX), day.flag("isCancelled"))
        elif not day.has("sittingDay"):
            day.doubt(
                "date.missing", "sittingDay", "gives no sittingDay; it was left out", "send the day of the hearing"
            )
