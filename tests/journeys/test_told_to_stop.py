"""SIGTERM in the middle of work: begun work is finished or given back, and the process ends in time."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.journal.events import Event
from hub.lifecycle import DeliveryState
from hub.settings import Servers
from hub.store.journal.tables import journal
from hub.store.messages.tables import delivery
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person
from tests.processes import Processes, until

AREA = AREAS[0]
ENDS_WITHIN_SECONDS = 10.0
NUMBER = 24


@pytest.fixture
def processes(bench: Bench, servers: Servers, tmp_path: Path) -> Iterator[Processes]:
    running = Processes(bench, servers, tmp_path)
    yield running
    running.stop()


def _hand_in(bench: Bench, count: int) -> None:
    court = bench.hub.knowledge.registry.agencies.named(AREA.court)
    for number in range(count):
        request = documents.report_request(Person(number, AREA, bench.clock.now()))
        assert bench.hub.intake.receive(court, json.dumps(request).encode(), "application/json").receipt


def _arrived(bench: Bench) -> dict[UUID, int]:
    return {UUID(item.message_id): item.times_seen for item in bench.agencies.received(AREA.probation)}


def _deliveries(bench: Bench) -> list:
    with bench.hub.store.transaction() as connection:
        return connection.execute(select(delivery)).all()


def _told_to_stop(process: subprocess.Popen[bytes]) -> float:
    """Return how long it took to end."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    return time.monotonic() - began


def test_a_worker_gives_back_what_it_has_not_sent_and_wastes_no_attempt(bench: Bench, processes: Processes) -> None:
    bench.agencies.slow_seconds = 0.8
    bench.agencies.behave(AREA.probation, "slow")
    _hand_in(bench, NUMBER)
    processes.start("relay")
    worker = processes.start("worker")
    until(lambda: _arrived(bench), 30)
    assert _told_to_stop(worker) < ENDS_WITHIN_SECONDS
    arrived = _arrived(bench)
    assert 0 < len(arrived) < NUMBER
    for row in _deliveries(bench):
        done = row.message_id in arrived
        assert (row.state == DeliveryState.DELIVERED) is done
        assert row.attempts == int(done)
        assert row.begun_at is None, "nobody has to wait until a lease runs out"
    bench.agencies.behave(AREA.probation, "ok")
    processes.start("worker")
    until(lambda: len(_arrived(bench)) == NUMBER, 20)
    assert set(_arrived(bench).values()) == {1}


def test_a_send_that_hangs_is_broken_off_and_made_again_at_once(bench: Bench, processes: Processes) -> None:
    endpoints = bench.hub.settings.endpoints_file()
    endpoints.write_text(endpoints.read_text().replace('read_timeout_seconds = "2"', 'read_timeout_seconds = "29"'))
    bench.agencies.slow_seconds = 25
    bench.agencies.behave(AREA.probation, "slow")
    _hand_in(bench, 2)
    processes.start("relay")
    worker = processes.start("worker")
    until(lambda: [row for row in _deliveries(bench) if row.begun_at], 30)
    time.sleep(0.5)
    assert _told_to_stop(worker) < ENDS_WITHIN_SECONDS
    rows = _deliveries(bench)
    assert [(row.attempts, row.begun_at, row.deaths) for row in rows] == [(0, None, 0)] * 2
    assert {row.why_code for row in rows} == {"worker.stopped"}
    with bench.hub.store.transaction() as connection:
        failed = connection.execute(select(journal.c.detail).where(journal.c.event == Event.DELIVERY_FAILED)).scalars()
        assert [detail["code"] for detail in failed] == ["worker.stopped"], "what may have arrived is told"
    bench.agencies.behave(AREA.probation, "ok")
    processes.start("worker")
    until(lambda: {row.state for row in _deliveries(bench)} == {DeliveryState.DELIVERED}, 20)


def test_the_relay_ends_at_once_and_what_it_had_claimed_is_in_the_queue(bench: Bench, processes: Processes) -> None:
    relay = processes.start("relay")
    _hand_in(bench, 3)
    until(lambda: [row for row in _deliveries(bench) if row.lease_token], 30)
    assert _told_to_stop(relay) < 3
    processes.start("worker")
    until(lambda: len(_arrived(bench)) == 3, 20)


def test_the_api_answers_what_it_had_begun_to_read(bench: Bench, processes: Processes) -> None:
    api = processes.start("api")
    processes.wait_until_ready()
    now = bench.clock.now()
    body = json.dumps(documents.report_request(Person(1, AREA, now))).encode()
    authorization = bench.hub.access.issue_key(AREA.court).authorization(now)
    head = (
        f"POST /v1/messages HTTP/1.1\r\nHost: hub\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    port = int(processes.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as open_request:
        open_request.sendall(head.encode() + body[:100])
        time.sleep(0.5)
        began = time.monotonic()
        api.send_signal(signal.SIGTERM)
        until(lambda: _refuses(port), 5)
        open_request.sendall(body[100:])
        assert open_request.recv(65_536).startswith(b"HTTP/1.1 202")
    assert api.wait(10) in (0, -signal.SIGTERM)
    assert time.monotonic() - began < ENDS_WITHIN_SECONDS
    assert len(_deliveries(bench)) == 1


def _refuses(port: int) -> bool:
    with socket.socket() as another:
        return another.connect_ex(("127.0.0.1", port)) != 0
