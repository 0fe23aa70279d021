"""The policies of sending, as an operator sets them, and a series of faults with every moment worked out."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.exchange.partners.breaker import BreakerPolicy, Fault, after
from hub.exchange.sending.retry import RetryPolicy
from hub.lifecycle import ANSWERING, Availability
from hub.settings import Settings

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = BreakerPolicy(failures_max=3, first_pause=timedelta(seconds=30), longest_pause=timedelta(minutes=15))
FAULT = Fault("partner.unreachable", "no connection")


def test_the_policies_are_those_of_the_settings() -> None:
    settings = Settings(
        breaker_failures_max=4,
        breaker_first_pause_seconds=7,
        breaker_longest_pause_seconds=11,
        retry_first_seconds=2,
        retry_longest_seconds=3,
        attempts_max=5,
        worker_deaths_max=6,
        partner_down_quarantine_days=8,
    )
    assert BreakerPolicy.of(settings) == BreakerPolicy(4, timedelta(seconds=7), timedelta(seconds=11))
    assert RetryPolicy.of(settings) == RetryPolicy(2, 3, 5, 6, timedelta(days=8))


@pytest.mark.parametrize(("number", "seconds"), [(1, 30), (2, 60), (3, 120), (5, 480), (6, 900), (2_000, 900)])
def test_each_pause_is_twice_as_long_as_the_one_before_up_to_the_longest(number: int, seconds: float) -> None:
    assert POLICY.pause(number) == timedelta(seconds=seconds)


def _after(standing: Availability, wait: timedelta | None = None, *, at: timedelta = timedelta()) -> Availability:
    return after(standing, Fault("partner.busy", "status 503", wait), POLICY, NOW + at)


def test_three_faults_in_a_row_open_it_for_the_first_pause() -> None:
    one = _after(ANSWERING)
    assert one == Availability(1, NOW, 0, None, "partner.busy", "status 503")
    two = _after(one, at=timedelta(seconds=5))
    three = _after(two, at=timedelta(seconds=9))
    assert (two.failures, two.next_try_at) == (2, None)
    assert (three.failures, three.failing_since, three.pauses) == (3, NOW, 1)
    assert three.next_try_at == NOW + timedelta(seconds=39)


OPEN = Availability(3, NOW, 1, NOW + timedelta(seconds=30), "partner.busy", "status 503")


def test_a_probe_that_fails_at_the_end_of_the_pause_doubles_it_and_a_late_failure_before_it_does_not() -> None:
    probe = _after(OPEN, at=timedelta(seconds=30))
    assert (probe.pauses, probe.next_try_at) == (2, NOW + timedelta(seconds=90))
    late = _after(OPEN, at=timedelta(seconds=29))
    assert (late.failures, late.pauses, late.next_try_at) == (4, 1, OPEN.next_try_at)


@pytest.mark.parametrize(
    ("wait", "until"),
    [
        (timedelta(seconds=-5), timedelta()),
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(days=1), timedelta(days=1)),
        (timedelta(days=3), timedelta(days=1)),
    ],
)
def test_what_a_partner_asks_for_is_kept_for_at_most_a_day(wait: timedelta, until: timedelta) -> None:
    assert _after(ANSWERING, wait).next_try_at == NOW + until


def test_the_longer_of_the_pause_and_what_is_asked_counts() -> None:
    two = Availability(2, NOW, 0, None, "partner.busy", "status 503")
    assert _after(two, timedelta(seconds=10)).next_try_at == NOW + timedelta(seconds=30)
    assert _after(two, timedelta(seconds=50)).next_try_at == NOW + timedelta(seconds=50)
    assert _after(OPEN, timedelta(seconds=50)).next_try_at == NOW + timedelta(seconds=50)
    assert _after(OPEN, timedelta(seconds=10)).next_try_at == OPEN.next_try_at


def test_an_answer_closes_it() -> None:
    assert after(OPEN, None, POLICY, NOW) == ANSWERING
    assert after(OPEN, FAULT, POLICY, NOW).why_code == "partner.unreachable"
