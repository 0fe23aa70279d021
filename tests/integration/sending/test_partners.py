"""Deliveries for a partner that does not answer, or that a person has paused, wait, say why, and lose no attempt."""

import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hub.bootstrap import Hub
from hub.errors import NotPaused, PartnerPaused, ValueUnusable
from hub.journal.events import Event
from hub.settings import Settings
from hub.store.journal.tables import journal
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, open_store
from tests.contract.transports.scripted_agency import Agency, agency, http, says

AREA, BY = "probation-northumbria", "operator-one"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 2, "attempts_max": 10})


def _send(bench: Bench, count: int) -> list[str]:
    """So many court lists, each of a different day, so that none waits for another."""
    sent = []
    for number in range(count):
        step = bench.story()["list"]
        body = re.sub(rb"\b\d\d/(\d\d/20\d\d</doh>)", b"%02d/\\1" % (number + 1), step.body)
        body = re.sub(rb"_\d\d(\d\d20\d\d_2360_)", b"_%02d\\1" % (number + 1), body)
        receipt: Any = bench.send(replace(step, body=body))
        sent.append(receipt["messages"][0]["id"])
    return sent


def _delivery(bench: Bench, id: str) -> dict[str, Any]:
    [delivery] = bench.hub.stories.show(id)["deliveries"]
    found: dict[str, Any] = delivery
    return found


def _partner(bench: Bench) -> dict[str, Any]:
    [partner] = [each for each in bench.hub.partners.listed() if each["recipient"] == AREA]
    return partner


def _told(bench: Bench, event: Event) -> list[dict[str, Any]]:
    with bench.hub.store.transaction() as connection:
        rows = connection.execute(select(journal).where(journal.c.event == event).order_by(journal.c.position)).all()
    return [{"agency": row.agency, **row.detail} for row in rows]


def _open(bench: Bench) -> list[str]:
    """Four messages for a partner that was just found not to answer."""
    bench.agencies.behave(AREA, "error")
    ids = _send(bench, 4)
    bench.drain()
    assert _partner(bench)["state"] == "not_answering"
    return ids


def test_after_failures_in_a_row_nothing_is_sent_and_what_waits_says_why(bench: Bench) -> None:
    bench.clock.stand_still()
    ids = _open(bench)
    attempts = [_delivery(bench, id)["attempts"] for id in ids]
    assert sorted(attempts) == [0, 0, 1, 1], "the batch ended with the failure that opened the breaker"
    bench.clock.advance(timedelta(seconds=20))
    assert bench.hub.outbox.claim() == ()
    for id in ids:
        assert re.fullmatch(
            r"waiting: partner does not answer since \S+ \S+ UTC, next try at \S+ \S+ UTC \(status 500.*\)",
            _delivery(bench, id)["why"],
        )
    [silent] = _told(bench, Event.PARTNER_SILENT)
    assert (silent["agency"], silent["code"], silent["failures"]) == (AREA, "partner.failed", 2)


def test_then_one_delivery_probes_it_and_costs_no_attempt(bench: Bench) -> None:
    ids = _open(bench)
    before = sum(_delivery(bench, id)["attempts"] for id in ids)
    for _ in range(6):
        bench.clock.advance(timedelta(minutes=16))
        [claimed] = [each for each in bench.hub.outbox.claim() if each.recipient == AREA]
        assert len(claimed.ids) == 1
        assert not [each for each in bench.hub.outbox.claim() if each.recipient == AREA], "one probe at a time"
        bench.hub.delivery.deliver(claimed.ids, claimed.token)
    assert sum(_delivery(bench, id)["attempts"] for id in ids) == before
    assert {_delivery(bench, id)["state"] for id in ids} == {"waiting"}


def test_probes_take_turns_so_that_one_bad_message_cannot_keep_it_shut(bench: Bench) -> None:
    _open(bench)
    probed = set()
    for _ in range(4):
        bench.clock.advance(timedelta(minutes=16))
        for claimed in bench.hub.outbox.claim():
            probed |= set(claimed.ids)
            bench.hub.delivery.deliver(claimed.ids, claimed.token)
    assert len(probed) == 4


def test_a_probe_that_is_answered_lets_everything_go(bench: Bench) -> None:
    ids = _open(bench)
    bench.agencies.behave(AREA, "ok")
    bench.clock.advance(timedelta(minutes=1))
    assert bench.drain() == 4
    assert {_delivery(bench, id)["state"] for id in ids} == {"delivered"}
    assert len(_told(bench, Event.PARTNER_ANSWERS)) == 1
    assert [each for each in bench.hub.partners.listed() if each["recipient"] == AREA] == []


def test_a_probe_whose_worker_dies_is_followed_by_another(bench: Bench) -> None:
    _open(bench)
    bench.clock.advance(timedelta(minutes=1))
    assert bench.hub.outbox.claim()  # and the worker dies
    assert bench.hub.outbox.claim() == ()
    bench.agencies.behave(AREA, "ok")
    bench.clock.advance(timedelta(seconds=bench.hub.settings.lease_seconds + 1))
    assert bench.drain() == 4


def test_a_partner_that_does_not_answer_stops_no_other(bench: Bench) -> None:
    _open(bench)
    receipt: Any = bench.send(bench.story()["feedback"])
    others = [d["recipient"] for d in bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]]
    assert AREA not in others
    assert bench.drain() == len(others)


def test_a_claim_costs_as_much_as_what_it_leases_not_as_what_waits(bench: Bench) -> None:
    """12,500 waiting deliveries of 200 recipients, and eight times as many. When each delivery was looked at, a claim
    took eight times as long: four seconds for three claims of 50,000."""
    _let_wait(bench, 1, 12_500)
    few = _shortest_claim(bench)
    _let_wait(bench, 12_501, 100_000)
    assert _shortest_claim(bench) < 5 * few, "about as long, where 8 would be each looked at"


def _let_wait(bench: Bench, first: int, last: int) -> None:
    with bench.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        no_messages = "ALTER TABLE delivery DROP CONSTRAINT IF EXISTS delivery_message_id_fkey"
        connection.execute(text(no_messages))
        connection.execute(
            text("""
                INSERT INTO delivery (id, message_id, recipient, target, subject, state, attempts, due_at, protocol,
                                      protocol_version, withheld, unexpressed, created_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 'agency-' || (n % 200), 'area', 'subject-' || (n / 600),
                       'waiting', 0, now() - interval '1 hour', 'p', 1, '[]', '[]', now()
                FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
            """),
            {"first": first, "last": last},
        )
        connection.execute(text("ANALYZE delivery"))


def _shortest_claim(bench: Bench) -> float:
    took = []
    for _ in range(3):
        began = time.monotonic()
        claims = bench.hub.outbox.claim()
        took.append(time.monotonic() - began)
        assert sum(len(each.ids) for each in claims) == 20 * bench.hub.settings.batch_size_max
    return min(took)


def test_refusals_of_single_messages_never_open_it(bench: Bench) -> None:
    with agency(says(http(422, b"{}"))) as partner:
        hub = _hub_towards(bench, partner)
        ids = _send(bench, 4)
        _drain(hub)
        hub.close()
    assert {_delivery(bench, id)["state"] for id in ids} == {"quarantined"}
    assert [each for each in bench.hub.partners.listed() if each["recipient"] == AREA] == []


def test_nothing_is_sent_to_a_partner_before_the_time_that_it_asked_for(bench: Bench) -> None:
    with agency(says(http(503, b"", "Retry-After: 600\r\n"))) as partner:
        hub = _hub_towards(bench, partner)
        ids = _send(bench, 4)
        _drain(hub)
        assert len(partner.requests) == 1
        bench.clock.advance(timedelta(seconds=590))
        assert hub.outbox.claim() == ()
        bench.clock.advance(timedelta(seconds=20))
        _drain(hub)
        assert len(partner.requests) == 2
        hub.close()
    assert {_delivery(bench, id)["attempts"] for id in ids} == {0}, (
        "what the partner asked to put off counts for nobody"
    )


def _hub_towards(bench: Bench, partner: Agency) -> Hub:
    """The hub with that partner for the area."""
    file = bench.hub.settings.endpoints_file()
    own = bench.agencies.endpoint_url(AREA)
    file.write_text(file.read_text().replace(f'"{own}"', f'"http://127.0.0.1:{partner.port}/in"'))
    return Hub(bench.hub.knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))


def _drain(hub: Hub) -> None:
    while claims := hub.outbox.claim():
        for claimed in claims:
            hub.delivery.deliver(claimed.ids, claimed.token)


def test_a_person_pauses_and_resumes_a_partner(bench: Bench) -> None:
    bench.hub.partners.pause(AREA, BY, "their new system is not ready")
    [id] = _send(bench, 1)
    assert bench.drain() == 0
    assert re.fullmatch(
        rf"waiting: partner paused by {BY} since \S+ \S+ UTC: their new system is not ready",
        _delivery(bench, id)["why"],
    )
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    told = bench.hub.stories.show_to(court, UUID(id))["deliveries"][0]["why"]
    assert told.startswith("waiting: partner paused since")
    assert BY not in told, "who did it is no business of the agencies"
    bench.hub.partners.resume(AREA, BY)
    assert bench.drain() == 1
    assert [each["by"] for each in _told(bench, Event.PARTNER_PAUSED) + _told(bench, Event.PARTNER_RESUMED)] == [BY, BY]
    with pytest.raises(NotPaused):
        bench.hub.partners.resume(AREA, BY)
    with pytest.raises(ValueUnusable):
        bench.hub.partners.pause("nobody", BY, "x")


def test_nothing_is_handed_out_to_a_paused_partner_that_fetches(bench: Bench) -> None:
    file = bench.hub.settings.endpoints_file()
    entries = [entry for entry in file.read_text().split("[[endpoint]]") if f'"{AREA}"' not in entry]
    file.write_text(
        "[[endpoint]]".join([*entries, f'\nagency = "{AREA}"\nsystem = "hub_json"\ntransport = "mailbox"\n'])
    )
    hub = Hub(bench.hub.knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))
    [id] = _send(bench, 1)
    _drain(hub)
    area = hub.knowledge.registry.agencies.named(AREA)
    hub.partners.pause(AREA, BY, "an incident there")
    assert hub.mailbox.waiting(area, 10) == []
    with pytest.raises(PartnerPaused):
        hub.mailbox.fetch(area, UUID(id))
    hub.partners.resume(AREA, BY)
    assert [str(each["message_id"]) for each in hub.mailbox.waiting(area, 10)] == [id]
    assert hub.mailbox.fetch(area, UUID(id)).message_id == UUID(id)
    hub.close()


def test_resuming_a_partner_that_does_not_answer_probes_it_at_once(bench: Bench) -> None:
    _open(bench)
    bench.agencies.behave(AREA, "ok")
    bench.hub.partners.resume(AREA, BY)
    assert bench.drain() == 4


def test_what_waited_for_days_for_a_silent_partner_is_given_to_a_person_and_the_newer_waits_on(bench: Bench) -> None:
    ids = _open(bench)
    bench.clock.advance(timedelta(days=2))
    [newer] = _send(bench, 5)[4:]
    bench.clock.advance(timedelta(days=2))
    assert bench.hub.sweep.run()["quarantined"] == 4
    assert bench.hub.sweep.run()["quarantined"] == 0
    for id in ids:
        assert _delivery(bench, id)["why_code"] == "partner.down_too_long"
        assert "has not answered since" in _delivery(bench, id)["why"]
        assert bench.hub.stories.show(id)["state"] == "needs_attention"
    assert _delivery(bench, newer)["state"] == "waiting"


def test_a_partner_that_a_person_paused_loses_nothing_to_quarantine_however_long(bench: Bench) -> None:
    ids = _open(bench)
    bench.hub.partners.pause(AREA, BY, "a long move")
    bench.clock.advance(timedelta(days=40))
    assert bench.hub.sweep.run()["quarantined"] == 0
    bench.agencies.behave(AREA, "ok")
    bench.hub.partners.resume(AREA, BY)
    assert bench.hub.sweep.run()["quarantined"] == 0, "its days of silence are counted anew"
    assert bench.drain() == len(ids)
