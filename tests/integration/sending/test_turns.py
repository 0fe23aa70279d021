"""When a worker gives the rest of its batch back: it was asked to stop, the turn or the lease is over, or a defect."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.exchange.repairing.quarantine_cures import cure_of
from hub.exchange.stopping import Stopping
from hub.store.messages.claims import Claimed
from hub.store.messages.tables import delivery
from hub.store.persons.disposal import destroy_messages
from tests.conftest import Bench

AREA = "probation-northumbria"


@pytest.fixture
def claimed(bench: Bench) -> Claimed:
    """Two messages to one area, leased to this worker."""
    bench.clock.stand_still()
    for _ in range(2):
        bench.send(bench.story()["request"])
    [found] = [each for each in bench.hub.outbox.claim() if each.recipient == AREA]
    assert len(found.ids) == 2
    return found


def _ended(bench: Bench, claimed: Claimed) -> list[tuple[str, str | None, int]]:
    """(state, code, attempts) of each delivery of the batch, in its order."""
    with bench.hub.store.reading() as connection:
        columns = (delivery.c.id, delivery.c.state, delivery.c.why_code, delivery.c.attempts)
        rows: dict[Any, Any] = {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns))}
    return [(str(state), code, attempts) for state, code, attempts in (rows[id] for id in claimed.ids)]


DELIVERED = ("delivered", None, 1)


def test_whoever_is_asked_to_stop_sends_nothing_more_and_what_it_gives_back_is_no_attempt(
    bench: Bench, claimed: Claimed
) -> None:
    stopping = Stopping()
    stopping.ask()
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token, stopping) == 0
    assert _ended(bench, claimed) == [("waiting", "worker.stopped", 0)] * 2
    assert bench.drain() >= 2


def test_a_turn_that_is_over_ends_after_the_first_message_and_not_before_it(bench: Bench, claimed: Claimed) -> None:
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token, over=lambda: True) == 1
    assert sorted(_ended(bench, claimed)) == [DELIVERED, ("waiting", "worker.turn", 0)]


@pytest.mark.parametrize(("before", "delivered"), [(timedelta(0), 1), (timedelta(microseconds=1), 2)])
def test_nothing_is_begun_that_could_take_longer_than_the_lease(
    bench: Bench, claimed: Claimed, before: timedelta, delivered: int
) -> None:
    wiring = bench.hub.wiring
    longest = wiring.endpoints.current().longest_send(AREA)
    lease = timedelta(seconds=wiring.settings.lease_seconds)
    assert timedelta() < longest < lease

    def over() -> bool:
        bench.clock.advance(lease - longest - before)
        return False

    assert bench.hub.delivery.deliver(claimed.ids, claimed.token, over=over) == delivered
    if delivered == 1:
        assert ("waiting", "worker.turn", 0) in _ended(bench, claimed)


def test_once_a_partner_asks_to_wait_the_rest_of_the_batch_is_not_tried(bench: Bench, claimed: Claimed) -> None:
    bench.agencies.behave(AREA, "down")
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 0
    assert sorted(_ended(bench, claimed)) == [("waiting", "partner.busy", 0), ("waiting", "partner.down", 0)]


def test_a_message_whose_content_is_destroyed_goes_to_a_person_and_holds_up_no_other(
    bench: Bench, claimed: Claimed
) -> None:
    with bench.hub.store.transaction() as connection:
        of = select(delivery.c.message_id).where(delivery.c.id == claimed.ids[0])
        destroy_messages(connection, [connection.execute(of).scalar_one()], bench.clock.now())
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 1
    assert _ended(bench, claimed) == [("quarantined", "content.destroyed", 1), DELIVERED]


def test_what_shows_nothing_about_the_partner_does_not_make_it_answer(bench: Bench) -> None:
    """After so many failures in a row the rest waits, also if a message between them could not be tried at all."""
    bench.clock.stand_still()
    failures_max = bench.hub.wiring.settings.breaker_failures_max
    for _ in range(failures_max + 2):
        bench.send(bench.story()["request"])
    [claimed] = [each for each in bench.hub.outbox.claim() if each.recipient == AREA]
    assert len(claimed.ids) == failures_max + 2
    with bench.hub.store.transaction() as connection:
        of = select(delivery.c.message_id).where(delivery.c.id == claimed.ids[1])
        destroy_messages(connection, [connection.execute(of).scalar_one()], bench.clock.now())
    bench.agencies.behave(AREA, "error")
    bench.hub.delivery.deliver(claimed.ids, claimed.token)
    ended = _ended(bench, claimed)
    assert [attempts for _, _, attempts in ended] == [1] * (failures_max + 1) + [0]
    assert ended[1][0] == "quarantined"
    assert ended[-1][1] == "partner.down"


def test_a_defect_of_the_exchange_is_counted_and_told_without_its_words(
    bench: Bench, claimed: Claimed, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = type(bench.hub.wiring.adapters.transports["https_push"])

    def broken(*_: object) -> None:
        raise ArithmeticError("the name of somebody")

    monkeypatch.setattr(transport, "send", broken)
    assert bench.hub.delivery.deliver(claimed.ids, claimed.token) == 0
    assert _ended(bench, claimed) == [("waiting", "internal.unexpected", 1)] * 2
    with bench.hub.store.reading() as connection:
        whys = {row[0] for row in connection.execute(select(delivery.c.why).where(delivery.c.id.in_(claimed.ids)))}
    assert whys == {"waiting: an unexpected ArithmeticError"}
    while any(state == "waiting" for state, _, _ in _ended(bench, claimed)):
        bench.clock.advance(timedelta(hours=1))
        for again in bench.hub.outbox.claim():
            bench.hub.delivery.deliver(again.ids, again.token)
    assert _ended(bench, claimed) == [("quarantined", "internal.unexpected", 4)] * 2
    items = [item for item in bench.hub.quarantine.listed() if item["recipient"] == AREA]
    assert len(items) == 2
    assert all(item["place"] is None and item["cure"] == cure_of("internal.unexpected") for item in items)
