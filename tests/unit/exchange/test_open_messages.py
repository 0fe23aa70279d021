"""An agency never has more open messages than its limit, however rarely they are counted."""

from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import TooManyOpen
from hub.exchange.accepting.limits.open_messages import LOOK_EVERY_SECONDS, OpenMessages
from hub.exchange.partners.limits import AgencyLimits, LimitsByAgency, OwnLimits
from hub.exchange.partners.operator_file import OperatorFile
from hub.telemetry.logs import configure_logs

NO_DATABASE = cast(Any, None)
AGENCY = "court-b10jq"


NO_FILE = OperatorFile[OwnLimits](Path("nowhere"), lambda _: {}, configure_logs("test"))


class Exchange:
    """`open` is the count over all processes; `looks` is how often somebody counted."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self.open = 0
        self.looks = 0
        self.now = 0.0

    def process(self) -> OpenMessages:
        return OpenMessages(LimitsByAgency(AgencyLimits(1, 1, self.allowed, 1), NO_FILE), self._count, lambda: self.now)

    def _count(self, _: object, agency: str, at_most: int) -> int:
        self.looks += 1
        return min(self.open, at_most)

    def hand_in(self, process: OpenMessages) -> bool:
        try:
            process.check(NO_DATABASE, AGENCY)
        except TooManyOpen:
            return False
        process.accepted(AGENCY)
        self.open += 1
        return True


@given(st.integers(1, 30), st.lists(st.booleans(), max_size=200))
def test_one_process_never_takes_more_than_may_be_open(allowed: int, delivered_after: list[bool]) -> None:
    exchange = Exchange(allowed)
    process = exchange.process()
    for delivered in delivered_after:
        exchange.hand_in(process)
        assert exchange.open <= allowed
        exchange.open -= delivered and exchange.open > 0


def test_all_of_the_room_can_be_used_and_more_once_something_was_delivered() -> None:
    exchange = Exchange(100)
    process = exchange.process()
    assert sum(exchange.hand_in(process) for _ in range(200)) == 100
    exchange.open -= 1
    assert exchange.hand_in(process)


def test_what_other_processes_took_counts_after_two_seconds() -> None:
    exchange = Exchange(10)
    one, other = exchange.process(), exchange.process()
    assert exchange.hand_in(one)
    assert sum(exchange.hand_in(other) for _ in range(20)) == 9
    exchange.now += LOOK_EVERY_SECONDS
    assert not exchange.hand_in(one)


def test_counting_is_rare_while_there_is_room() -> None:
    exchange = Exchange(20_000)
    process = exchange.process()
    assert all(exchange.hand_in(process) for _ in range(10_000))
    assert exchange.looks == 1


def test_what_is_refused_names_the_limit() -> None:
    exchange = Exchange(3)
    exchange.open = 3
    with pytest.raises(TooManyOpen, match="3 of your messages"):
        exchange.process().check(NO_DATABASE, AGENCY)
