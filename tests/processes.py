"""The hub's own processes, started one by one as an operator's service manager does, and a sender that never pauses."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from hub.local.ports import HeldPort
from hub.settings import Servers
from tests.conftest import ROOT, Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person

COMMANDS = {"api": ("hub.api",), "relay": ("workers", "relay"), "worker": ("workers", "worker")}


class Processes:
    """API, relay and workers on the database and broker of a test, from the source tree at `root`."""

    def __init__(self, bench: Bench, servers: Servers, logs: Path, **environment: str) -> None:
        self._port = HeldPort("127.0.0.1")
        self.address = f"http://127.0.0.1:{self._port.number}"
        database = bench.hub.store.url
        self.environment = bench.hub.settings.as_environment() | {
            "HUB_DATABASE_URL": database,
            "HUB_BROKER_URL": servers.broker,
            "HUB_API_PORT": self.address.rpartition(":")[2],
            "PYTHONPATH": str(ROOT),
        }
        self.environment |= environment
        self._logs = logs
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, root: Path = ROOT) -> subprocess.Popen[bytes]:
        """Each process leads a group of its own, so that its children can be ended too."""
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *COMMANDS[name]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=root,
                env=self.environment | {"PYTHONPATH": str(root)},
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def log(self, name: str) -> str:
        return (self._logs / f"{name}.log").read_text(errors="replace")

    def wait_until_ready(self) -> None:
        with urllib3.PoolManager(retries=False) as http:
            until(lambda: _status(http, f"{self.address}/ready") == 200, 30)

    def stop(self) -> None:
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._port.close()


def _status(http: urllib3.PoolManager, url: str) -> int:
    try:
        return int(http.request("GET", url, timeout=2).status)
    except urllib3.exceptions.HTTPError:
        return 0


def until(holds: object, seconds: float) -> None:
    """Wait until it has ended. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


class Sender:
    """Threads that hand in one report request after another. `accepted` gives for each message id who must have it;
    `failures` are answers other than 202; `longest_seconds` is the longest wait for an answer."""

    def __init__(self, bench: Bench, address: str, threads: int = 3) -> None:
        self.accepted: dict[str, str] = {}
        self.failures: list[str] = []
        self.longest_seconds = 0.0
        self._bench = bench
        self._address = address
        self._keys = {area.court: bench.hub.access.issue_key(area.court) for area in AREAS}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(first, threads)) for first in range(threads)]

    @contextmanager
    def sending(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def hand_in(self, number: int) -> None:
        with urllib3.PoolManager(retries=False) as http:
            self._post(http, number)

    def _send(self, number: int, step: int) -> None:
        with urllib3.PoolManager(retries=False) as http:
            while not self._stop.is_set():
                self._post(http, number)
                number += step

    def _post(self, http: urllib3.PoolManager, number: int) -> None:
        now = self._bench.clock.now()
        area = AREAS[number % len(AREAS)]
        body = json.dumps(documents.report_request(Person(number, area, now))).encode()
        headers = {"Authorization": self._keys[area.court].authorization(now), "Content-Type": "application/json"}
        began = time.monotonic()
        try:
            answer = http.request("POST", f"{self._address}/v1/messages", body=body, headers=headers, timeout=20)
        except urllib3.exceptions.HTTPError as error:
            self.failures.append(repr(error))
            return
        self.longest_seconds = max(self.longest_seconds, time.monotonic() - began)
        if answer.status == 202:
            self.accepted[answer.json()["receipt"]["messages"][0]["id"]] = area.probation
        else:
            self.failures.append(f"{answer.status} {answer.data.decode()[:300]}")

    def arrivals(self) -> dict[str, int]:
        """Return how often each accepted message has arrived at its recipient."""
        seen = {
            (agency, item.message_id): item.times_seen
            for agency in {area.probation for area in AREAS}
            for item in self._bench.agencies.received(agency)
        }
        return {id: seen.get((agency, id), 0) for id, agency in self.accepted.items()}

    def wait_until_all_arrived(self, seconds: float = 20) -> None:
        until(lambda: all(self.arrivals().values()), seconds)
