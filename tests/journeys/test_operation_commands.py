"""An operator's day by the command line: a partner is paused, and a quarantined delivery is examined and corrected."""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.local.demonstration.stories import Step
from tests.conftest import Bench, run_hub, run_hub_process

AREA = "probation-northumbria"
BY = ("--by", "operator-one", "--reason", "a journey")
Run = Callable[..., str]


@pytest.fixture
def hub(bench: Bench) -> Run:
    """Run a command on the bench's own database. `fails` is the text that it must show when it refuses."""

    def run(*arguments: str, fails: bool = False, process: bool = False) -> str:
        start = run_hub_process if process else run_hub
        settings = bench.hub.settings
        where = {"HUB_DATABASE_URL": bench.hub.store.url, "HUB_ENDPOINTS": str(settings.endpoints_file())}
        ran = start(*arguments, state=settings.state_dir, **where)
        assert (ran.returncode != 0) == fails, ran.stderr
        return ran.stdout + ran.stderr if fails else ran.stdout

    return run


def _send(bench: Bench, step: Step | None = None) -> str:
    receipt: Any = bench.send(step or bench.story()["list"])
    return str(receipt["messages"][0]["id"])


def test_an_alert_is_listed_and_acknowledged(bench: Bench, hub: Run) -> None:
    _send(bench)
    bench.clock.advance(timedelta(minutes=20))
    bench.hub.watching.look()
    [late] = [each for each in json.loads(hub("alerts", "list", "--json")) if each["alert"] == "queue_old"]
    assert late["about"] == {"recipient": AREA}
    assert "is acknowledged" in hub("alerts", "acknowledge", late["id"][:8], *BY)
    assert f"{AREA}" in hub("alerts", "list") and "operator-one" in hub("alerts", "list")
    assert "acknowledged it" in hub("alerts", "acknowledge", late["id"], *BY, fails=True)
    bench.drain()
    bench.hub.watching.look()
    assert late["id"] not in hub("alerts", "list")
    assert late["id"] in hub("alerts", "list", "--all", "--json")
    assert "HUB_ALERTS names nobody" in hub("alerts", "try")


def test_a_partner_is_paused_and_resumed(bench: Bench, hub: Run) -> None:
    hub("partners", "pause", AREA, *BY, process=True)
    message = _send(bench)
    assert bench.drain() == 0
    assert "waiting: partner paused by unverified:operator-one since" in hub("show", message)
    [listed] = json.loads(hub("partners", "list", "--json"))
    assert (listed["recipient"], listed["state"], listed["waiting"]) == (AREA, "paused", 1)
    hub("partners", "resume", AREA, "--by", "operator-one")
    assert bench.drain() == 1
    assert "partner.not_paused" in hub("partners", "resume", AREA, "--by", "operator-one", fails=True)


def test_a_test_message_says_whether_it_has_arrived(bench: Bench, hub: Run) -> None:
    said = hub("partners", "test", AREA, "--wait", "0", "--by", "operator-one", fails=True)
    assert f"has not arrived at {AREA}: waiting" in said
    with ThreadPoolExecutor(1) as worker:
        drained = worker.submit(_drain_until_delivered, bench)
        assert f"{AREA} has the test message, with a receipt" in hub("partners", "test", AREA, "--by", "operator-one")
        assert drained.result() == 2


def _drain_until_delivered(bench: Bench) -> int:
    """The workers, which a command waits for."""
    delivered, until = 0, time.monotonic() + 20
    while delivered < 2 and time.monotonic() < until:
        delivered += bench.drain()
        time.sleep(0.1)
    return delivered


def _quarantine(bench: Bench, count: int = 1) -> list[str]:
    """Court lists that their area failed to accept several times."""
    bench.agencies.behave(AREA, "error")
    steps = [bench.story()["list"] for _ in range(count)]
    ids = [_send(bench, replace(step)) for step in steps]
    for _ in range(bench.hub.settings.attempts_max + 2):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))
    bench.agencies.behave(AREA, "ok")
    return ids


def test_an_item_is_examined_read_corrected_and_another_discarded(bench: Bench, hub: Run, tmp_path: Path) -> None:
    [message] = _quarantine(bench)
    [item] = json.loads(hub("quarantine", "list", "--to", AREA, "--json", process=True))
    assert item["message"] == message
    told = hub("quarantine", "show", item["id"])
    assert "status 500" in told
    assert "release it" in told
    assert "--body needs --reason" in hub("quarantine", "show", item["id"], "--body", fails=True)
    said = hub("quarantine", "show", item["id"], "--body", *BY)
    assert "body.read" in hub("show", message)
    corrected = tmp_path / "corrected.json"
    corrected.write_text("{}")
    assert "What to do" in hub("quarantine", "fix", item["id"], "--file", str(corrected), *BY, fails=True)
    corrected.write_text(said)
    assert AREA in hub("quarantine", "fix", item["id"], "--file", str(corrected), *BY)
    assert bench.drain() == 1
    assert json.loads(hub("quarantine", "list", "--json")) == []
    assert "quarantine.not_found" in hub("quarantine", "discard", item["id"], *BY, fails=True)


def test_an_agency_is_given_by_id_or_code_and_an_unknown_one_is_reported(bench: Bench, hub: Run) -> None:
    [_] = _quarantine(bench)
    [item] = json.loads(hub("quarantine", "list", "--from", "B10JQ00", "--json"))
    listed = hub("quarantine", "list", "--from", "B10JQ00")
    assert listed.startswith("1 item\n")
    assert item["id"] in listed, "on one line, to be copied"
    for command in (("quarantine", "list"), ("quarantine", "bulk", "discard", *BY), ("replay", *BY)):
        said = hub(*command, "--to", "nobody-agency", fails=True)
        assert "the registry has no agency nobody-agency" in said
    assert json.loads(hub("quarantine", "plans", "--json")) == []


def test_many_are_released_at_once_by_two_people(bench: Bench, hub: Run) -> None:
    [message] = _quarantine(bench)
    many = ("quarantine", "bulk", "release", "--to", AREA, *BY)
    assert hub(*many, "--preview").startswith("1 delivery\n")
    assert json.loads(hub("quarantine", "plans", "--json")) == []
    plan = json.loads(hub(*many, "--json"))["id"]
    for told in (hub("quarantine", "plan", plan[:8]), hub("quarantine", "approve", plan, "--by", "operator-two")):
        assert f"to release: recipient {AREA}" in told
        assert "planned by unverified:operator-one: a journey" in told
        assert re.search(r"court_list +quarantined +partner\.failed +no +1", told), told
    hub("quarantine", "stop", plan, "--by", "operator-one")
    assert bench.hub.sweep.run()["bulk"] == 0
    hub("quarantine", "resume", plan, "--by", "operator-one")
    assert bench.hub.sweep.run()["bulk"] == 1
    assert bench.drain() == 1
    assert "delivered" in hub("show", message)
    assert "bulk.state" in hub("quarantine", "stop", plan, "--by", "operator-one", fails=True)


def test_a_recipient_that_lost_what_it_had_gets_it_again(bench: Bench, hub: Run) -> None:
    message = _send(bench)
    assert bench.drain() == 1
    assert "again" in hub("replay", "--id", message, "--preview")
    assert bench.drain() == 0
    assert "needs --reason" in hub("replay", "--id", message, fails=True)
    assert "1 message: 1 delivery sent, 0 not sent" in hub("replay", "--id", message, "--to", AREA, *BY)
    assert bench.drain() == 1
    assert [item.times_seen for item in bench.agencies.received(AREA)] == [2]
    assert "replay.unlimited" in hub("replay", *BY, fails=True)


def test_a_message_is_found_by_what_is_known_of_it_and_by_its_senders_reference(bench: Bench, hub: Run) -> None:
    told = bench.story()
    ids = {name: _send(bench, told[name]) for name in ("request", "report")}
    bench.drain()
    [report] = json.loads(hub("messages", "--kind", "pre_sentence_report", "--agency", "court-b10jq", "--json"))
    assert (report["id"], report["state"]) == (ids["report"], "delivered")
    found = json.loads(hub("messages", "--reference", report["reference"], "--json"))
    assert [each["id"] for each in found] == [ids["report"]]
    assert ids["report"] in hub("show", report["reference"])
    assert [each["id"] for each in json.loads(hub("messages", "--limit", "1", "--json"))] == [ids["report"]]
    assert json.loads(hub("messages", "--state", "quarantined", "--json")) == []
    assert ids["request"] in hub("messages")
    refused = hub("messages", "--state", "deliverd", fails=True)
    assert "delivered" in refused


def test_the_status_says_what_a_person_must_look_at_and_its_exit_code_tells_a_monitor(bench: Bench) -> None:
    def status(*options: str) -> tuple[int, str]:
        ran = run_hub("status", *options, state=bench.hub.settings.state_dir, HUB_DATABASE_URL=bench.hub.store.url)
        return ran.returncode, ran.stdout

    bench.hub.sealing.seal_all(bench.clock.now)  # the database was made when the tests began
    assert status("--line") == (0, "OK\n")
    _quarantine(bench)
    code, line = status("--line")
    assert (code, line.startswith("ATTENTION: ")) == (1, True)
    assert "1 items in quarantine" not in line
    assert "1 item in quarantine" in line
    code, screen = status()
    assert (code, "1 delivery" in screen) == (1, True)
    assert max(map(len, screen.splitlines())) <= 80
    found = json.loads(status("--json")[1])
    assert (found["quarantined"], found["stuck"]) == (1, False)
