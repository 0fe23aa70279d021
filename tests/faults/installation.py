"""The hub under test: `hub up` with its API, relay, workers and servers, and the partners it delivers to."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.local.process import launch
from hub.local.servers import running_urls
from hub.local.state import StateFolder
from hub.settings import Settings
from tests.faults.broker import Broker, EmbeddedRedis, GivenBroker
from tests.faults.fetching import FETCHES
from tests.faults.plan import EXPIRING, agencies
from tests.faults.recipients import How
from tests.faults.sending.doors import source_of

ROOT = Path(__file__).parent.parent.parent
_UP_WITHIN_SECONDS = 90.0
_MINUTES_TO_MIDNIGHT = 30
QUICK = {
    "HUB_LEASE_SECONDS": "6",
    "HUB_RETRY_FIRST_SECONDS": "0.3",
    "HUB_RETRY_LONGEST_SECONDS": "4",
    "HUB_ATTEMPTS_MAX": "12",
    "HUB_HELD_RECHECK_SECONDS": "3",
    "HUB_BREAKER_FIRST_PAUSE_SECONDS": "1",
    "HUB_BREAKER_LONGEST_PAUSE_SECONDS": "4",
    "HUB_SWEEP_EVERY_SECONDS": "1",
    "HUB_MAILBOX_PAUSE_SECONDS": "2",
}
"""A run has minutes where a real installation has days."""
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
"""Where the hub listens; what it says may have a path behind it."""


class Clock:
    """The time of the hub under test, from the file that all its processes read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        local = datetime.now(ZoneInfo("Europe/London"))
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), local.tzinfo)
        self._ahead = (midnight - local).total_seconds() - _MINUTES_TO_MIDNIGHT * 60
        self.jump(0)

    def jump(self, seconds: float) -> None:
        self._ahead += seconds
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(self._ahead))
        fresh.replace(self.file)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def today(self) -> date:
        return self.now().astimezone(ZoneInfo("Europe/London")).date()


class Disk:
    """A file system of its own, if that is allowed, so that it can be made full. Otherwise a folder, and `why_not`."""

    SIZE = "6g"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.why_not: str | None = None

    def mount(self) -> None:
        self.path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={self.SIZE},mode=755", "tmpfs", str(self.path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
        if done is None or done.returncode:
            self.why_not = "no file system may be mounted by this account"

    def fill(self) -> None:
        """Fill it, so that there is room only for what is there now."""
        found = os.statvfs(self.path)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        self._resize(str(used + 65_536))

    def empty(self) -> None:
        self._resize(self.SIZE)

    def _resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.path)], capture_output=True, check=True)

    def unmount(self) -> None:
        if self.why_not is None:
            subprocess.run(["umount", "-l", str(self.path)], capture_output=True, check=False)


class Installation:
    """`folder` holds everything; the database lies below it, so that its disk can be filled."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.clock = Clock(folder / "clock")
        self.disk = Disk(folder / "disk")
        self.state = StateFolder(self.disk.path / "state")
        self.arrivals = folder / "arrivals.jsonl"
        self.restarts = 0
        self._up: subprocess.Popen[bytes] | None = None
        self._recipients: subprocess.Popen[bytes] | None = None
        self._port = 0
        self.address: str | None = None
        given = dict(environment or {})
        self.broker: Broker = EmbeddedRedis(self)
        if "HUB_BROKER_URL" in given:
            self.broker = GivenBroker(given["HUB_BROKER_URL"])
            given["HUB_BROKER_URL"] = self.broker.url
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        self._environment = inherited | QUICK | given | self._places()

    def _places(self) -> dict[str, str]:
        return {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent / 'clock'}",
            "HUB_TEST_CLOCK": str(self.clock.file),
            "HUB_STATE_DIR": str(self.state.path),
            "HUB_ENDPOINTS": str(self.folder / "endpoints.toml"),
            "HUB_PROTOCOLS_DIR": str(self.folder / "protocols"),
            "HUB_INTERFACES": str(self.folder / "interfaces.toml"),
        }

    def start(self) -> None:
        self.disk.mount()
        self._write_protocols()
        self._write_sources()
        self._start_recipients()
        self.start_hub()

    def settings(self) -> Settings:
        """The servers of the hub under test, for reading its database."""
        given = {
            name.removeprefix("HUB_").lower(): value for name, value in self._environment.items() if "HUB_" in name
        }
        return Settings(**{name: given[name] for name in given if name in Settings.model_fields})  # type: ignore[arg-type]

    def _write_protocols(self) -> None:
        """The shipped protocols. The protocol of one kind ends today, and the clock will pass midnight."""
        folder = self.folder / "protocols"
        folder.mkdir()
        for file in (files("schemas") / "protocols").iterdir():
            if not file.name.endswith(".toml"):
                continue
            words = file.read_text(encoding="utf-8")
            if f'kinds = ["{EXPIRING}"]' in words:
                lines = [f"expires = {self.clock.today()}" if e.startswith("expires") else e for e in words.split("\n")]
                words = "\n".join(line for line in lines if not line.startswith("review"))
                words = words.replace("\nsignatories", f"\nreview = {self.clock.today()}\nsignatories", 1)
            (folder / file.name).write_text(words, encoding="utf-8")

    def _write_sources(self) -> None:
        """The names that the agencies' systems give themselves."""
        entries = (f'[[agency]]\nagency = "{each}"\nsource_ids = ["{source_of(each)}"]\n' for each in agencies())
        (self.folder / "interfaces.toml").write_text("".join(entries), encoding="utf-8")

    def _start_recipients(self) -> None:
        port = self.folder / "recipients.port"
        self._recipients = launch(
            [sys.executable, "-m", "tests.faults.recipients", str(port), str(self.arrivals)],
            log=self.folder / "recipients.log",
            at_our_death=signal.SIGKILL,
            cwd=ROOT,
            env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
        )
        _wait(lambda: port.exists() and port.read_text() != "", 20)
        (self.folder / "endpoints.toml").write_text(
            "\n".join(
                f'[[endpoint]]\nagency = "{agency}"\nsystem = "hub_json"\ntransport = "https_push"\nsettings = '
                f'{{ url = "http://127.0.0.1:{port.read_text()}/{agency}", read_timeout_seconds = "1.5", '
                'total_timeout_seconds = "3" }\n'
                for agency in agencies()
                if agency != FETCHES
            )
            + f'\n[[endpoint]]\nagency = "{FETCHES}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
        )

    def behave(self, agency: str, how: How) -> None:
        assert self._recipients is not None
        assert self._recipients.stdin is not None
        self._recipients.stdin.write(json.dumps({"agency": agency, "how": how}).encode() + b"\n")
        self._recipients.stdin.flush()

    def start_hub(self) -> None:
        self._up = launch(
            [sys.executable, "-m", "hub.cli", "up"],
            log=self.folder / "up.log",
            at_our_death=signal.SIGTERM,
            cwd=ROOT,
            env=self._environment | {"HUB_API_PORT": str(self._port or 0)},
        )

    def wait_until_up(self) -> None:
        """Wait until the API listens. Afterwards it keeps its port."""

        def listening() -> bool:
            self.keep_up()
            return self.address is not None

        _wait(listening, _UP_WITHIN_SECONDS)

    def keep_up(self) -> bool:
        """Start `hub up` again if it has died, as an operator's machine does; returns True if it had."""
        self._look_where_it_listens()
        if self._up is not None and self._up.poll() is not None:
            self.restarts += 1
            self.start_hub()
            return True
        return False

    def _look_where_it_listens(self) -> None:
        """The hub reports that it is up, and may have another port after a restart."""
        log = self.folder / "up.log"
        told = _ADDRESS.findall(log.read_text(errors="replace")) if log.exists() else []
        if told:
            self.address = told[-1]
            self._port = self._port or int(self.address.rpartition(":")[2])

    def up_pid(self) -> int:
        assert self._up is not None
        return self._up.pid

    def pids(self, part: str) -> list[int]:
        """`api`, `relay`, `worker` (the parent), `worker child`, `postgres`, `postgres child`, `redis` or `up`."""
        if part == "up":
            return [self.up_pid()]
        name, _, child = part.partition(" ")
        words = {
            "api": "hub.api",
            "relay": "workers\0relay",
            "worker": "workers\0worker",
            "postgres": f"{self.state.path}/postgres",
            "redis": "redis-server",
        }[name]
        parents = [pid for pid in _children(self.up_pid()) if words in _command_line(pid)]
        return [grown for pid in parents for grown in _children(pid)] if child else parents

    def database_url(self) -> str | None:
        urls = running_urls(self.state)
        return urls.database if urls else None

    def broker_socket(self) -> str:
        return str(self.state.read_note("servers")["sockets"]) + "/redis.sock"

    def stop(self, *, keep: bool = False) -> None:
        for process in (self._up, self._recipients):
            if process is None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if isinstance(self.broker, GivenBroker):
            self.broker.close()
        if not keep:
            self.disk.unmount()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _wait(ready: Callable[[], bool], seconds: float) -> None:

    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("it did not come up in time")
        time.sleep(0.1)
