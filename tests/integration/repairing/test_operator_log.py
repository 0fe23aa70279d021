"""The log tells an operator what they must know: one line for one cause, with codes and ids and nobody's name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from structlog.testing import CapturingLogger

from hub.bootstrap import Hub
from hub.exchange.due.operator_log import OperatorLog
from hub.exchange.partners.availability import record_answers
from hub.exchange.partners.breaker import BreakerPolicy, Fault
from hub.journal.events import Event
from hub.journal.record.deliveries import NotSent, record_quarantined
from hub.store.overview.searching import MessageCriteria
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, open_store
from tests.quarantined import AREA, quarantined


class Told:
    """The operator log of a bench, whose lines the test reads."""

    def __init__(self, bench: Bench) -> None:
        self._lines: list[dict[str, Any]] = []
        log = structlog.wrap_logger(CapturingLogger(), processors=[self._keep])
        wiring = replace(bench.hub.wiring, log=log)
        self._log = OperatorLog(wiring)
        self._log.step()
        self._lines.clear()

    def _keep(self, _: object, method: str, event: Any) -> Any:
        self._lines.append({**event, "level": method})
        raise structlog.DropEvent

    def now(self) -> list[dict[str, Any]]:
        self._log.step()
        lines, self._lines = self._lines, []
        self.last = lines
        self._keep_to_the_list()
        return lines

    def _keep_to_the_list(self) -> None:
        for line in self.last:
            assert set(line) <= {"event", "level", "count", "agency", "code", "days", "what"}, line


@pytest.fixture
def told(bench: Bench) -> Told:
    return Told(bench)


def test_what_happened_before_is_not_told_and_nothing_is_told_twice(bench: Bench) -> None:
    quarantined(bench, 1)
    late = Told(bench)
    assert late.now() == []
    assert late.now() == []


def test_a_partner_that_is_silent_and_back_is_one_line_each(bench: Bench, told: Told) -> None:
    policy = BreakerPolicy(2, timedelta(seconds=30), timedelta(minutes=15))
    fault = Fault("partner.failed", "status 500")
    with bench.hub.store.transaction() as connection:
        record_answers(connection, AREA, [fault, fault, fault], policy, bench.clock.now())
    silent = {"event": "partner.silent", "level": "warning", "count": 1, "agency": AREA, "code": "partner.failed"}
    assert told.now() == [silent]
    with bench.hub.store.transaction() as connection:
        record_answers(connection, AREA, [None, None], policy, bench.clock.now())
    assert told.now() == [{"event": "partner.answers", "level": "warning", "count": 1, "agency": AREA}]
    assert told.now() == []


def test_many_in_quarantine_for_one_cause_are_one_line_with_their_number(bench: Bench, told: Told) -> None:
    message, delivery = _some_delivery(bench)
    with bench.hub.store.transaction() as connection:
        ended = [NotSent(message, delivery, AREA, code, "why") for code in ["partner.refused"] * 40 + ["x.y"]]
        record_quarantined(connection, bench.clock.now(), ended)
    lines = told.now()
    assert sorted((line["event"], line["code"], line["count"]) for line in lines) == [
        ("delivery.quarantined", "partner.refused", 40),
        ("delivery.quarantined", "x.y", 1),
    ]


def test_a_refused_document_is_told_with_its_code(bench: Bench, told: Told) -> None:
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    bench.hub.intake.receive(court, b"<Envelope>", "text/xml")
    [line] = told.now()
    assert (line["event"], line["agency"], line["code"]) == ("document.refused", "court-b10jq", "document.unrecognised")


def test_a_deadline_is_at_risk_before_it_is_due_and_missed_after(bench: Bench, told: Told) -> None:
    bench.send(bench.story()["sentence_without_report"])
    bench.drain()
    events: list[tuple[str, str | None]] = []
    bench.clock.advance(timedelta(hours=30))
    for _ in range(7):
        bench.clock.advance(timedelta(hours=3))
        bench.hub.sweep.run()
        events += [(line["event"], line.get("code")) for line in told.now()]
    assert ("clock.at_risk", "report_to_prison") in events
    assert events.count(("clock.overdue", "report_to_prison")) == 1
    of_report = [event for event, code in events if code == "report_to_prison"]
    assert of_report[-1] == "clock.overdue", "once it is missed, that is the line"


def test_a_key_that_ends_soon_is_told_a_month_a_week_and_a_day_before(bench: Bench, told: Told) -> None:
    bench.hub.access.issue_key(AREA)
    [key] = bench.hub.access.keys(AREA)
    days = []
    while bench.clock.now() < key.expires_at + timedelta(days=1):
        bench.clock.advance(timedelta(days=1))
        days += [line["days"] for line in told.now() if line["event"] == "credential.ends"]
    assert len(days) == 3
    assert days[0] <= 30 and days[1] <= 7 and days[2] <= 1


def test_a_protocol_that_ends_soon_is_told(bench: Bench, told: Told) -> None:
    bench.clock.advance(timedelta(days=1))
    first = min(protocol.expires for protocol in bench.hub.knowledge.registry.protocols)
    bench.clock.advance(timedelta(days=max(0, (first - bench.clock.now().date()).days - 80)))
    bench.hub.sweep.run()
    ends = [line for line in told.now() if line["event"].startswith("protocol.noticed")]
    noticed = bench.hub.evidence.entries(0, 100, Event.PROTOCOL_NOTICED)
    assert noticed
    assert {line["code"] for line in ends} == {entry["detail"]["protocol"] for entry in noticed}


def test_an_entry_that_is_committed_late_is_told(bench: Bench, told: Told) -> None:
    """The places of the journal are given before the commit, so a later one may be seen first."""
    wiring, late = bench.hub.wiring, NotSent(*_some_delivery(bench), AREA, "late.one", "why")
    early = replace(late, code="early.one")
    with wiring.store.transaction() as slow:
        record_quarantined(slow, bench.clock.now(), [late])
        with wiring.store.transaction() as fast:
            record_quarantined(fast, bench.clock.now(), [early])
        assert [line["code"] for line in told.now() if line["event"] == "delivery.quarantined"] == ["early.one"]
    assert [line["code"] for line in told.now() if line["event"] == "delivery.quarantined"] == ["late.one"]


def test_the_sweep_tells_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[OperatorLog] = []
    monkeypatch.setattr(OperatorLog, "step", lambda log: steps.append(log))
    bench.hub.sweep.run()
    assert len(steps) == 1


def test_an_agency_without_an_endpoint_is_not_said_to_answer(bench: Bench) -> None:
    bench.hub.settings.endpoints_file().write_text("")
    bare = Hub(bench.hub.knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))
    bench.send(bench.story()["list"])
    [claimed] = bare.outbox.claim()
    bare.delivery.deliver(claimed.ids, claimed.token)
    [partner] = bare.partners.listed()
    status = bare.status.now()
    bare.store.close()
    assert (partner["recipient"], partner["state"]) == (AREA, "no_endpoint")
    assert status.in_trouble == (AREA,)


def _some_delivery(bench: Bench) -> tuple[UUID, UUID]:
    bench.send(bench.story()["list"])
    [claimed] = [each for each in bench.hub.outbox.claim() if each.recipient == AREA]
    return bench.hub.messages.search(MessageCriteria(), limit=1).messages[0].id, claimed.ids[0]
