"""The rules of the breaker, for every possible series of answers and faults."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.carriage.https.answer import asked_wait
from hub.exchange.partners.breaker import BreakerPolicy, Fault, after
from hub.lifecycle import ANSWERING, Availability

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = BreakerPolicy(failures_max=3, first_pause=timedelta(seconds=30), longest_pause=timedelta(minutes=15))

seconds = st.floats(0, 7200).map(lambda each: timedelta(seconds=each))
plain = st.just(Fault("partner.unreachable", "no connection"))
asking = st.floats(-10, 1e6).map(lambda each: Fault("partner.busy", "status 503", timedelta(seconds=each)))
heard = st.lists(st.tuples(seconds, st.none() | plain | asking), max_size=40)


def _play(
    steps: list[tuple[timedelta, Fault | None]],
) -> list[tuple[datetime, Availability, Fault | None, Availability]]:
    now, standing, played = BEGIN, ANSWERING, []
    for pause, fault in steps:
        now += pause
        later = after(standing, fault, POLICY, now)
        played.append((now, standing, fault, later))
        standing = later
    return played


@given(heard)
def test_an_answer_closes_it_and_forgets_everything(steps: list[tuple[timedelta, Fault | None]]) -> None:
    for _, _, fault, standing in _play(steps):
        assert (standing == ANSWERING) == (fault is None)


@given(heard)
def test_it_opens_only_after_so_many_failures_in_a_row_or_when_the_partner_asks(
    steps: list[tuple[timedelta, Fault | None]],
) -> None:
    in_a_row: list[Fault] = []
    for _, _, fault, standing in _play(steps):
        in_a_row = [*in_a_row, fault] if fault else []
        asked = any(each.wait is not None for each in in_a_row)
        assert standing.failures == len(in_a_row)
        assert (standing.next_try_at is not None) == (asked or len(in_a_row) >= POLICY.failures_max)


@given(heard)
def test_an_open_one_says_since_when_it_fails_and_is_tried_again_within_a_day(
    steps: list[tuple[timedelta, Fault | None]],
) -> None:
    for now, before, fault, standing in _play(steps):
        if fault is not None:
            assert standing.failing_since == (before.failing_since or now)
            assert standing.next_try_at is None or standing.next_try_at <= now + timedelta(days=1)


@given(heard)
def test_what_the_partner_asks_for_is_honoured(steps: list[tuple[timedelta, Fault | None]]) -> None:
    for now, _, fault, standing in _play(steps):
        if fault is not None and fault.wait is not None:
            assert standing.next_try_at is not None
            assert standing.next_try_at >= now + min(fault.wait, timedelta(days=1))


@given(heard)
def test_a_late_failure_of_what_was_on_its_way_makes_no_longer_pause(
    steps: list[tuple[timedelta, Fault | None]],
) -> None:
    for now, before, fault, standing in _play(steps):
        open_still = before.next_try_at is not None and now < before.next_try_at
        if fault is not None and fault.wait is None and open_still:
            assert (standing.pauses, standing.next_try_at) == (before.pauses, before.next_try_at)


@given(st.integers(1, 60))
def test_each_failed_probe_doubles_the_pause_up_to_the_longest(probes: int) -> None:
    now, standing, pauses = BEGIN, ANSWERING, []
    for _ in range(POLICY.failures_max - 1 + probes):
        standing = after(standing, Fault("partner.timeout", "no answer"), POLICY, now)
        if standing.next_try_at is not None:
            pauses.append(standing.next_try_at - now)
            now = standing.next_try_at
    assert len(pauses) == probes
    assert pauses[0] == POLICY.first_pause
    for shorter, longer in itertools.pairwise(pauses):
        assert longer == min(shorter * 2, POLICY.longest_pause)


def test_a_retry_after_is_read_as_seconds_or_by_the_partners_own_clock() -> None:
    date = "Mon, 02 Mar 2026 09:00:00 GMT"
    assert asked_wait("120", None) == 120
    assert asked_wait("Mon, 02 Mar 2026 09:10:00 GMT", date) == 600
    assert asked_wait("Mon, 02 Mar 2026 08:00:00 GMT", date) == 0
    assert asked_wait(None, date) is None
    assert asked_wait("Mon, 02 Mar 2026 09:10:00 GMT", None) is None


@given(st.text(max_size=40), st.none() | st.text(max_size=40))
def test_a_retry_after_that_says_nothing_is_none_and_never_an_error(retry_after: str, date: str | None) -> None:
    wait = asked_wait(retry_after, date)
    assert wait is None or 0 <= wait < 1e10
