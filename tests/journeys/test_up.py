"""`hub up`: one command starts everything, it answers over HTTP, and nothing is left after it stops."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3

from hub.access.assertions import AgencyKey
from hub.local.demonstration.stories import stories
from tests.conftest import ROOT, run_hub, run_hub_process, state_folder
from tests.exchanges import AdjustableClock


def _processes(state: Path) -> list[str]:
    """Return command lines and environments of living processes that belong to this state folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                seen = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            except OSError:
                continue
            if str(state).encode() in seen and b"pytest" not in (folder / "cmdline").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc, which only Linux has")
def test_up_answers_takes_messages_and_stops_without_a_trace() -> None:
    with state_folder() as state:
        environment = os.environ | {"HUB_STATE_DIR": str(state), "HUB_API_PORT": "0"}
        process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", "up"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment,
            # A shell starts background processes in this way; Ctrl-C must still stop it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = re.search(r"http://[\d.]+:\d+", line)
            assert address, line
            key = state / "libra.key"
            run_hub_process("keys", "new", "gateway-libra", "--out", str(key), state=state)
            authorization = AgencyKey.read(key.read_text()).authorization(datetime.now(UTC))
            body = next(iter(stories(AdjustableClock().now(), "up"))).steps[0].body
            with urllib3.PoolManager() as http:
                answer = http.request(
                    "POST", f"{address[0]}/v1/messages", body=body, headers={"Authorization": authorization}
                )
            assert answer.status == 202, answer.data
            message_id = answer.json()["receipt"]["messages"][0]["id"]
            deadline = time.monotonic() + 30
            why = None
            while time.monotonic() < deadline and why != "endpoint.none":
                shown = json.loads(run_hub("show", message_id, "--json", state=state).stdout)
                why = shown["deliveries"][0]["why_code"]
            assert why == "endpoint.none", "the workers tried, and say why it waits"
            second = run_hub_process("up", state=state, HUB_API_PORT="0")
            assert second.returncode == 1
            assert "in use by process" in second.stderr
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            finally:
                process.kill()  # the processes that it started end with it
        deadline = time.monotonic() + 10
        while _processes(state) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert _processes(state) == []
