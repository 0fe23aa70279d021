"""When a failed delivery is tried again: exponential, jittered, bounded. Pure but for the jitter handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds. `attempts_max` counts every begun attempt, `deaths_max` those in a row that killed their worker. What a
    partner that takes others still puts off after `patience` counts too: it would be put off for ever."""

    first_seconds: float
    longest_seconds: float
    attempts_max: int
    deaths_max: int
    patience: timedelta

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        return cls(
            settings.retry_first_seconds,
            settings.retry_longest_seconds,
            settings.attempts_max,
            settings.worker_deaths_max,
            timedelta(days=settings.partner_down_quarantine_days),
        )

    def exhausted(self, attempt: int) -> bool:
        return attempt >= self.attempts_max

    def deadly(self, deaths: int) -> bool:
        return deaths >= self.deaths_max

    def next_try(self, now: datetime, attempt: int, jitter: float) -> datetime:
        """`jitter` in [0, 1) spreads the tries over half to one and a half of the wait, so that partners that come
        back are not met by everybody at once."""
        wait = min(self.first_seconds * 2.0 ** min(attempt - 1, 30), self.longest_seconds)
        return now + timedelta(seconds=wait * (0.5 + jitter))
