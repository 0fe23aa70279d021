"""What the exchange is compared with: bare Celery, and a hub of an afternoon. Both are programs of the source tree
(tests/bench), with the same servers, sender and recipient."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import urllib3

from hub.bench.documents import Document
from hub.bench.processes import used_by
from hub.bench.sending import as_request, post_all
from hub.local.failures import ServerFailed
from hub.local.ports import HeldPort
from hub.local.process import end, launch
from hub.settings import Servers

_ROOT = Path(__file__).parents[2]
_DONE_SECONDS = 120


def are_here() -> bool:
    """Whether this is a source tree, which has them."""
    return (_ROOT / "tests" / "bench").is_dir()


@dataclass(frozen=True, slots=True)
class Rate:
    """How many in a second, and the seconds of processor time for one of them in all processes that take part."""

    per_second: float
    cpu_seconds: float


class _Yardstick:
    def __init__(self, folder: Path, servers: Servers, more: dict[str, str]) -> None:
        self._folder = folder
        given = {"YARDSTICK_DATABASE": servers.database, "YARDSTICK_BROKER": servers.broker, "PYTHONPATH": str(_ROOT)}
        self.environment = dict(os.environ) | given | more
        self._processes: list[subprocess.Popen[bytes]] = []

    def launch(self, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
        log = self._folder / f"{module}-{arguments[0]}.log"
        self._processes.append(launch(command, log=log, at_our_death=signal.SIGKILL, env=self.environment, cwd=_ROOT))

    def used(self) -> float:
        """Seconds of processor time of its processes until now."""
        return sum(used_by(process.pid).cpu_seconds for process in self._processes)

    def stop(self) -> None:
        for process in self._processes:
            end(process, (signal.SIGTERM, 5.0))


class BareCelery(_Yardstick):
    """Tasks that do nothing: two processes do them while one publishes."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        super().__init__(folder, servers, {})
        self.launch("bare_celery", "worker")

    def measure(self, number: int, servers_used: Callable[[], float]) -> Rate:
        before = self.used() + servers_used()
        command = [sys.executable, "-m", "tests.bench.bare_celery", "run", str(number)]
        ran = subprocess.run(  # noqa: S603 - a program of this source tree
            command, env=self.environment, cwd=_ROOT, capture_output=True, text=True, timeout=_DONE_SECONDS, check=False
        )
        if ran.returncode != 0:
            raise ServerFailed("bench.yardstick", "bare Celery did not do its tasks", ran.stderr[-500:])
        seconds, publishing = map(float, ran.stdout.split())
        return Rate(number / seconds, (self.used() + servers_used() - before + publishing) / number)


class NaiveHub(_Yardstick):
    def __init__(self, folder: Path, servers: Servers, recipient_port: int) -> None:
        super().__init__(folder, servers, {"YARDSTICK_RECIPIENT": f"http://127.0.0.1:{recipient_port}/anybody"})
        self._port = HeldPort("127.0.0.1")
        self._done = 0
        self.launch("naive_hub", "api", str(self._port.number))
        self._wait(lambda: self._count() == 0)
        self.launch("naive_hub", "worker")

    def measure(
        self,
        documents: Sequence[Document],
        connections: int,
        noted: Callable[[], None],
        servers_used: Callable[[], float],
    ) -> Rate:
        requests = [as_request("/v1/messages", each.media_type, each.body) for each in documents]
        began, before, own = time.monotonic(), self.used() + servers_used(), time.process_time()
        answers = post_all(self._port.number, requests, connections, noted)
        own = time.process_time() - own
        if any(each.status != 202 for each in answers):
            raise ServerFailed("bench.yardstick", "the naive hub refused a message", "report this as a defect")
        self._done += len(requests)
        self._wait(lambda: self._count() == self._done)
        seconds = time.monotonic() - began
        return Rate(len(requests) / seconds, (self.used() + servers_used() - before + own) / len(requests))

    def stop(self) -> None:
        super().stop()
        self._port.close()

    def _count(self) -> int | None:
        with urllib3.PoolManager(retries=False) as http:
            try:
                response = http.request("GET", f"http://127.0.0.1:{self._port.number}/done", timeout=5)
            except urllib3.exceptions.HTTPError:
                return None
        return int(response.data) if response.status == 200 else None

    def _wait(self, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + _DONE_SECONDS
        while not ready():
            if time.monotonic() > until:
                raise ServerFailed("bench.yardstick", "the naive hub is not done in time", f"read {self._folder}")
            time.sleep(0.02)
