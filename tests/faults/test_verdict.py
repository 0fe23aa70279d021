"""The judge of the fault runs: it reads the deliveries at a moment when none of them is on its way."""

from itertools import chain, repeat

from tests.faults.verdict import Row, when_none_is_sent

SENDING: Row = {"state": "sending", "why_code": "protocol.expired"}
HELD: Row = {"state": "held", "why_code": "protocol.expired"}
DELIVERED: Row = {"state": "delivered", "why_code": None}


def test_a_held_delivery_that_is_decided_again_at_this_moment_is_seen_as_held() -> None:
    readings = iter([[SENDING, DELIVERED], [SENDING, DELIVERED], [HELD, DELIVERED], [SENDING, DELIVERED]])
    assert when_none_is_sent(lambda: next(readings)) == [HELD, DELIVERED]


def test_a_delivery_that_stays_on_its_way_is_told_as_it_is() -> None:
    readings = chain([[HELD]], repeat([SENDING]))
    next(readings)
    assert when_none_is_sent(lambda: next(readings), within_seconds=0.2) == [SENDING]
