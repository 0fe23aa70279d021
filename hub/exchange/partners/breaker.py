"""Decides when a partner counts as not answering, and when it is tried again. Pure.

While the breaker is closed, every delivery is sent. After some failures in a row it opens: nothing is sent until a
pause has ended. Then one delivery is sent as a probe. If it succeeds, the breaker closes; if it fails, the breaker
opens again for longer. If a partner says when to come back, the breaker waits until then.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from hub.lifecycle import ANSWERING, Availability

if TYPE_CHECKING:
    from hub.settings import Settings

_ASKED_PAUSE_MAX = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fault:
    """The connection to the partner failed, or the partner could not answer. It did not refuse one message.

    `wait` is how long the partner asked the exchange to wait.
    """

    code: str
    words: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    failures_max: int
    first_pause: timedelta
    longest_pause: timedelta

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        first, longest = settings.breaker_first_pause_seconds, settings.breaker_longest_pause_seconds
        return cls(settings.breaker_failures_max, timedelta(seconds=first), timedelta(seconds=longest))

    def pause(self, number: int) -> timedelta:
        """The length of the first, second … pause in a row. Each is twice as long as the one before."""
        return min(self.first_pause * 2.0 ** min(number - 1, 20), self.longest_pause)


def after(standing: Availability, fault: Fault | None, policy: BreakerPolicy, now: datetime) -> Availability:
    """`fault` is None if the partner answered, even if it refused the message."""
    return ANSWERING if fault is None else _after_fault(standing, fault, policy, now)


def _after_fault(standing: Availability, fault: Fault, policy: BreakerPolicy, now: datetime) -> Availability:
    asked = None if fault.wait is None else now + min(max(fault.wait, timedelta()), _ASKED_PAUSE_MAX)
    noted = replace(
        standing,
        failures=standing.failures + 1,
        failing_since=standing.failing_since or now,
        why_code=fault.code,
        why=fault.words,
    )
    if standing.next_try_at is not None and now < standing.next_try_at:
        # The delivery was already on its way when the breaker opened. It was no probe, so the pause does not become
        # longer.
        return replace(noted, next_try_at=max(standing.next_try_at, asked or now))
    if standing.next_try_at is None and noted.failures < policy.failures_max:
        return replace(noted, next_try_at=asked)
    pauses = standing.pauses + 1
    again = now + policy.pause(pauses)
    return replace(noted, pauses=pauses, next_try_at=max(again, asked or again))
