"""`hub bench throughput` measures what really happened, on a real exchange."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hub.bench.documents import feedback
from hub.bench.exchange import MeasuredExchange
from hub.bench.processes import used_by
from hub.bench.sending import as_request, post_all
from hub.bench.throughput import measure_round, percentiles
from hub.local.process import wait_until
from hub.telemetry.logs import configure_logs
from tests.conftest import ROOT
from tests.effort import LONG


def test_every_message_of_a_round_is_delivered_once_and_its_time_is_counted(tmp_path: Path) -> None:
    exchange = MeasuredExchange(tmp_path, configure_logs("bench"), lambda _: None)
    try:
        exchange.start()
        done: list[None] = []
        found = measure_round(exchange, [feedback("t", n) for n in range(40)], 8, lambda: done.append(None))
        assert found.messages == len(done) == len(found.accept) == len(found.receipt) == 40
        assert all(
            0 < accept < receipt for accept, receipt in zip(sorted(found.accept), sorted(found.receipt), strict=True)
        )
        assert found.seconds >= max(found.accept)
        assert {"api", "relay", "worker", "postgres", "redis", "recipient", "sender"} == found.cpu_seconds.keys()
        assert found.cpu_seconds["api"] > 0
        assert found.database.wal_bytes > 40 * 2_048
        assert exchange.local.hub.evidence.verify().whole
    finally:
        exchange.stop()


def test_documents_of_a_run_have_two_kilobytes_and_are_all_different() -> None:
    documents = [feedback("t", number) for number in range(200)]
    assert len({each.body for each in documents}) == 200
    assert {len(each.body) for each in documents} == {2_048}


def test_the_recipient_answers_each_message_with_a_receipt_that_names_it(tmp_path: Path) -> None:
    port = tmp_path / "port"
    recipient = subprocess.Popen([sys.executable, "-m", "hub.bench.recipient", str(port), "0.3"], cwd=ROOT)
    try:
        assert wait_until(port.exists, 20)
        sent = as_request("/a", "application/json", b"{}").replace(b"\r\n\r\n", b"\r\nHub-Message-Id: 0a1b\r\n\r\n")
        slow = sent.replace(b"/a ", b"/a/slow ")
        answers = post_all(int(port.read_text()), [sent, slow, sent], 1, lambda: None)
        assert [json.loads(each.body)["receipt"]["message_id"] for each in answers] == ["0a1b"] * 3
        assert [each.ended - each.began >= 0.3 for each in answers] == [False, True, False]
        assert used_by(recipient.pid).memory_bytes > 0
    finally:
        recipient.terminate()
        recipient.wait()


def test_a_steady_rate_is_kept(tmp_path: Path) -> None:
    port = tmp_path / "port"
    recipient = subprocess.Popen([sys.executable, "-m", "hub.bench.recipient", str(port)], cwd=ROOT)
    try:
        assert wait_until(port.exists, 20)
        request = as_request("/a", "application/json", b"{}")
        began = sorted(e.began for e in post_all(int(port.read_text()), [request] * 20, 4, lambda: None, per_second=40))
        assert began[-1] - began[0] >= 19 / 40 - 0.05
    finally:
        recipient.terminate()
        recipient.wait()


def test_percentiles_are_of_what_was_measured_in_milliseconds() -> None:
    assert percentiles([n / 1000 for n in range(100)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([0.002]) == {"p50": 2.0, "p95": 2.0, "p99": 2.0}


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="it takes a minute")
def test_the_command_prints_a_table_and_one_line_of_json_with_all_ratios() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hub.cli", "bench", "throughput", "--messages", "60"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = json.loads(ran.stdout.splitlines()[-1])
    rate = found["messages_per_second"]
    assert rate > 0
    assert found["ratio_to_bare_celery"] == pytest.approx(rate / found["bare_celery_per_second"], abs=0.01)
    assert found["ratio_to_naive_hub"] == pytest.approx(rate / found["naive_hub_per_second"], abs=0.01)
