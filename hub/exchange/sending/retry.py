"""When a failed delivery is tried again: waits grow, vary at random, and are limited. Pure except for the given
jitter."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds. `attempts_max` counts every attempt that began. `deaths_max` counts attempts in a row whose worker died.
    If a partner accepts other messages but still delays one after `patience`, those delays count too; otherwise it
    would be delayed for ever."""

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
        """`jitter` in [0, 1) spreads the tries over half to one and a half of the wait. So a partner that comes back
        does not get every delivery at once."""
        wait = min(self.first_seconds * 2.0 ** min(attempt - 1, 30), self.longest_seconds)
        return now + timedelta(seconds=wait * (0.5 + jitter))
