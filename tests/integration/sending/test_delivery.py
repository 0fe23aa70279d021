"""Deliveries with everyday faults, on real servers and with agencies that really receive."""

import json
from datetime import timedelta
from typing import Any

from hub.bootstrap import Hub
from hub.lifecycle import DeliveryState
from hub.store.messages import attempts
from hub.store.messages.attempts import Ending
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, open_store

AREA = "probation-northumbria"


def _only_delivery(bench: Bench, receipt: dict[str, Any]) -> dict[str, Any]:
    story = bench.hub.stories.show(receipt["messages"][0]["id"])
    assert len(story["deliveries"]) == 1
    delivery: dict[str, Any] = story["deliveries"][0]
    return delivery


def test_a_court_list_reaches_the_area_of_its_court_without_what_is_withheld(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    assert bench.drain() == 1
    [item] = bench.agencies.received(AREA)
    message = json.loads(item.body())
    assert message["id"] == receipt["messages"][0]["id"]
    assert len(message["payload"]["sessions"][0]["cases"]) == 2
    assert "as a trespasser" not in item.body().decode(), "the wording may name a victim"
    delivery = _only_delivery(bench, receipt)
    assert delivery["state"] == "delivered"
    assert delivery["receipt"]["proved"]
    assert any(held["path"].endswith("wording") for held in delivery["withheld"])


def test_a_partner_that_is_down_is_tried_again_later_and_says_why(bench: Bench) -> None:
    bench.clock.stand_still()
    bench.agencies.behave(AREA, "error")
    receipt = bench.send(bench.story()["list"])
    assert bench.drain() == 0
    delivery = _only_delivery(bench, receipt)
    assert delivery["state"] == "waiting"
    assert delivery["attempts"] == 1
    assert delivery["why"].startswith("waiting: ")
    bench.agencies.behave(AREA, "ok")
    assert bench.drain() == 0, "not before its time"
    bench.clock.advance(timedelta(minutes=1))
    assert bench.drain() == 1


def test_after_bounded_attempts_a_delivery_is_in_quarantine_with_its_reason(bench: Bench) -> None:
    bench.agencies.behave(AREA, "error")
    receipt = bench.send(bench.story()["list"])
    for _ in range(bench.hub.settings.attempts_max + 2):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))
    delivery = _only_delivery(bench, receipt)
    assert delivery["state"] == "quarantined"
    assert delivery["attempts"] == bench.hub.settings.attempts_max
    assert "after 4 attempts" in delivery["why"]
    assert bench.hub.stories.show(receipt["messages"][0]["id"])["state"] == "needs_attention"


def test_a_worker_whose_lease_ran_out_changes_nothing(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    [late] = bench.hub.outbox.claim()
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    [second] = bench.hub.outbox.claim()
    assert second.ids == late.ids
    assert second.token != late.token
    assert bench.hub.delivery.deliver(late.ids, late.token) == 0, "a late worker sends nothing"
    ending = Ending(late.ids[0], DeliveryState.QUARANTINED, bench.clock.now(), why_code="x", why="x")
    with bench.hub.store.transaction() as connection:
        assert attempts.end(connection, [(ending, late.token)]) == {}
    assert bench.hub.delivery.deliver(second.ids, second.token) == 1
    assert _only_delivery(bench, receipt)["state"] == "delivered"


def test_a_claim_that_never_reached_a_worker_is_due_again_and_costs_no_attempt(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    bench.hub.outbox.claim()  # and the queue forgets it
    assert bench.hub.outbox.claim() == ()
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    assert bench.drain() == 1
    assert _only_delivery(bench, receipt)["attempts"] == 1


def test_a_message_that_kills_its_worker_ends_in_quarantine(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    for _ in range(bench.hub.settings.worker_deaths_max):
        [claimed] = bench.hub.outbox.claim()
        with bench.hub.store.transaction() as connection:
            attempts.begin(
                connection,
                claimed.ids,
                claimed.token,
                bench.clock.now(),
                timedelta(seconds=bench.hub.settings.lease_seconds),
            )  # and the worker dies
        bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    [claimed] = bench.hub.outbox.claim()
    bench.hub.delivery.deliver(claimed.ids, claimed.token)
    delivery = _only_delivery(bench, receipt)
    assert delivery["state"] == "quarantined"
    assert delivery["why_code"] == "delivery.never_ended"
    assert bench.agencies.received(AREA) == [], "it was not tried once more"


def test_messages_about_one_subject_keep_their_order_and_others_go_on(bench: Bench) -> None:
    story = bench.story()
    first = story["list"]
    second = type(first)(
        first.story, first.title, first.caller, first.body.replace(b"-list<", b"-edition2<"), "text/xml"
    )
    kept = [bench.send(first), bench.send(second)]
    bench.send(bench.story()["sentence_without_report"])
    [claimed] = [c for c in bench.hub.outbox.claim() if c.recipient == AREA]
    claimed_messages = {str(work.message_id) for work in _begun(bench, claimed)}
    assert kept[0]["messages"][0]["id"] in claimed_messages
    assert kept[1]["messages"][0]["id"] not in claimed_messages, "the second edition waits for the first"
    waiting = _only_delivery(bench, kept[1])
    assert "goes first" in waiting["why"]
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    bench.drain()
    received = [json.loads(item.body())["id"] for item in bench.agencies.received(AREA)]
    assert received.index(kept[0]["messages"][0]["id"]) < received.index(kept[1]["messages"][0]["id"])


def _begun(bench: Bench, claimed: Any) -> Any:
    with bench.hub.store.transaction() as connection:
        return attempts.begin(
            connection,
            claimed.ids,
            claimed.token,
            bench.clock.now(),
            timedelta(seconds=bench.hub.settings.lease_seconds),
        )


def test_a_protocol_that_expires_before_sending_holds_the_delivery(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    bench.clock.advance(timedelta(days=365 * 30))
    assert bench.drain() == 0
    delivery = _only_delivery(bench, receipt)
    assert delivery["state"] == "held"
    assert delivery["why_code"] == "protocol.expired"
    assert delivery["attempts"] == 0
    assert bench.agencies.received(AREA) == []


def test_an_agency_without_an_endpoint_waits_and_says_so(bench: Bench) -> None:
    bench.hub.settings.endpoints_file().write_text("")
    bare = Hub(bench.hub.knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))
    receipt = bench.send(bench.story()["list"])
    [claimed] = bare.outbox.claim()
    bare.delivery.deliver(claimed.ids, claimed.token)
    bare.store.close()
    assert _only_delivery(bench, receipt)["why_code"] == "endpoint.none"
