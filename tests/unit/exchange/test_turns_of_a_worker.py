"""A document is taken whole, and the next one waits until a minute's share of its cases is paid back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Busy
from hub.exchange.accepting.limits.turns import LARGE_BYTES, TOGETHER_BYTES_MAX, TooManyCases, Turns
from hub.exchange.partners.limits import AgencyLimits, LimitsByAgency, OwnLimits
from hub.exchange.partners.operator_file import OperatorFile
from hub.telemetry.logs import configure_logs

COURT, POLICE, A_MINUTE = "court-b10jq", "police-kent", 60
NO_FILE = OperatorFile[OwnLimits](Path("nowhere"), lambda _: {}, configure_logs("test"))


class Clock:
    now = 0.0


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock()


def _turns(clock: Clock) -> Turns:
    return Turns(LimitsByAgency(AgencyLimits(1, 1, 1, A_MINUTE), NO_FILE), lambda: clock.now)


def _hand_in(turns: Turns, cases: int, agency: str = COURT, size: int = 1) -> int:
    """The seconds to wait, if it is refused."""
    try:
        with turns.of(agency, size) as turn:
            turn.cases = cases
    except TooManyCases as error:
        assert error.code == "limit.cases"
        return error.retry_after_seconds
    return 0


def test_a_document_of_thousands_is_taken_and_the_next_one_waits_for_it(clock: Clock) -> None:
    turns = _turns(clock)
    assert _hand_in(turns, 3 * A_MINUTE) == 0
    seconds = _hand_in(turns, 1)
    assert 120 <= seconds <= 122
    assert _hand_in(turns, 1, POLICE) == 0, "nobody else waits"
    clock.now += seconds
    assert _hand_in(turns, 1) == 0


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(0, 30)), max_size=60))
def test_nobody_hands_in_more_than_a_minutes_share_and_one_document(steps: list[tuple[int, float]]) -> None:
    clock = Clock()
    turns, taken = _turns(clock), [(0.0, 0)]
    for cases, pause in steps:
        clock.now += pause
        seconds = _hand_in(turns, cases)
        if not seconds:
            taken.append((clock.now, cases))
        else:
            clock.now += seconds
            assert _hand_in(turns, 0) == 0, "whoever waits as long as it was told is let in"
    for start, _ in taken:
        within = [cases for at, cases in taken if start <= at < start + 60]
        assert sum(within) - max(within) <= 2 * A_MINUTE, "what was saved up, and what came in meanwhile"


def test_large_documents_of_one_agency_are_recorded_one_after_another(clock: Clock) -> None:
    turns = _turns(clock)
    with ExitStack() as first:
        first.enter_context(turns.of(COURT, LARGE_BYTES + 1))
        assert _hand_in(turns, 1, size=LARGE_BYTES + 1) == 10
        assert _hand_in(turns, 1, size=LARGE_BYTES) == 0, "a small one does not wait"
        assert _hand_in(turns, 1, POLICE, size=LARGE_BYTES + 1) == 0
    assert _hand_in(turns, 1, size=LARGE_BYTES + 1) == 0
    with pytest.raises(RuntimeError), turns.of(COURT, LARGE_BYTES + 1):
        raise RuntimeError
    assert _hand_in(turns, 1, size=LARGE_BYTES + 1) == 0, "one that failed holds up nobody"


def test_large_documents_of_several_agencies_take_no_more_memory_together_than_there_is(clock: Clock) -> None:
    turns, size = _turns(clock), TOGETHER_BYTES_MAX // 2
    with ExitStack() as others:
        for agency in (COURT, POLICE):
            others.enter_context(turns.of(agency, size))
        with pytest.raises(Busy, match=r"busy\.bodies"):
            _hand_in(turns, 1, "prison-durham", size=LARGE_BYTES + 1)
        assert _hand_in(turns, 1, "prison-durham", size=LARGE_BYTES) == 0, "a small one is recorded meanwhile"
    assert _hand_in(turns, 1, "prison-durham", size=3 * TOGETHER_BYTES_MAX) == 0, "one alone may be larger"
    assert _hand_in(turns, 1, size=LARGE_BYTES + 1) == 0, "and leaves its room"
