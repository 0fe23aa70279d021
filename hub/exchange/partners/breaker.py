"""When a partner counts as not answering, and when it is tried again. Pure.

Closed, everything goes. After some failures in a row it opens: nothing is sent until a pause is over, and then one
delivery, as a probe. The probe closes it, or opens it again for longer. A partner that says itself when to come back is
believed at once.
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
    """The way to the partner failed, or the partner could not answer: no refusal of one message.

    `wait` is how long the partner asked to be left alone."""

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
        """The first, the second … pause in a row; each is twice the one before."""
        return min(self.first_pause * 2.0 ** min(number - 1, 20), self.longest_pause)


def after(standing: Availability, fault: Fault | None, policy: BreakerPolicy, now: datetime) -> Availability:
    """No fault: whatever the partner said about the message, it is there."""
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
        # It was on its way when the breaker opened: no probe, so no longer pause.
        return replace(noted, next_try_at=max(standing.next_try_at, asked or now))
    if standing.next_try_at is None and noted.failures < policy.failures_max:
        return replace(noted, next_try_at=asked)
    pauses = standing.pauses + 1
    again = now + policy.pause(pauses)
    return replace(noted, pauses=pauses, next_try_at=max(again, asked or again))
