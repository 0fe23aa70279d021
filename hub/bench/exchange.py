"""The exchange of a run: all its processes in a folder of their own, and the recipient that answers them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_type_hints

from hub.access.assertions import AgencyKey
from hub.bench.documents import AREAS, Document
from hub.bench.lists import COURTS
from hub.bench.processes import Used, used_by
from hub.bench.sending import as_request
from hub.local.exchange import LocalExchange, Progress
from hub.local.failures import ServerFailed
from hub.local.process import end, launch, wait_until
from hub.settings import Settings
from hub.telemetry.logs import Log

_UNLIMITED = 10_000_000
_PARTS = ("api", "relay", "worker")
_READY_SECONDS = 20
_QUIET_SECONDS_MAX = 8.0
_QUIET_SHARE = 0.06


def settings_for(folder: Path) -> Settings:
    """Nothing of another installation is used: of what is set, only numbers count. The limits of agencies do not count
    either, because a few senders stand for all of them."""
    numbers = {name for name, kind in get_type_hints(Settings).items() if kind in (int, float)}
    for name in [each for each in os.environ if each.startswith("HUB_")]:
        if name.removeprefix("HUB_").lower() not in numbers:
            del os.environ[name]
    return Settings(
        state_dir=folder / "state",
        api_port=0,  # another exchange may be at work on this machine
        calls_max=_UNLIMITED,
        cases_a_minute_max=_UNLIMITED,
        open_messages_max=_UNLIMITED,
    )


class MeasuredExchange:
    """`start` in the main thread; `stop` ends everything that was started."""

    def __init__(self, folder: Path, log: Log, progress: Progress, slow_seconds: float = 0.0) -> None:
        self.folder = folder
        self._slow_seconds = slow_seconds
        self.local = LocalExchange(settings_for(folder), log, progress)
        self._recipient: subprocess.Popen[bytes] | None = None
        self.recipient_port = 0
        self._keys: dict[str, AgencyKey] = {}

    def start(self, slow: Sequence[str] = ()) -> None:
        """The recipients named `slow` answer late. Raises Failure or ServerFailed."""
        self.folder.chmod(0o711)  # the account of the database server must reach its own folder within
        self._start_recipient()
        lines = [
            self._endpoint(agency, slow=agency in slow)
            for agency in sorted({each for _, each in AREAS} | {area for _, _, area in COURTS} | set(slow))
        ]
        self.local.settings.state_dir.mkdir(parents=True)
        self.local.settings.endpoints_file().write_text("\n".join(lines))
        self.local.start()
        self._keys = {
            sender: self.local.hub.access.issue_key(sender)
            for sender in [sender for sender, _ in AREAS] + [court for court, _, _ in COURTS]
        }

    def stop(self) -> None:
        self.local.stop()
        if self._recipient is not None:
            end(self._recipient, (signal.SIGTERM, 2.0))

    @property
    def port(self) -> int:
        return int(self.local.address.rpartition(":")[2])

    def requests(self, documents: Sequence[Document]) -> list[bytes]:
        """The calls that hand these in, each with an assertion of its own."""
        now = datetime.now(UTC)
        return [
            as_request("/v1/messages", each.media_type, each.body, self._keys[each.sender].authorization(now))
            for each in documents
        ]

    def used(self) -> dict[str, Used]:
        """What each part has used, by its name."""
        pids = {name: self.local.pid(name) for name in _PARTS}
        embedded = self.local.server_pids()
        recipient = self._recipient.pid if self._recipient is not None else None
        found = {**pids, **embedded, "recipient": recipient}
        return {name: used_by(pid) for name, pid in found.items() if pid is not None}

    def servers_used(self) -> float:
        """Seconds of processor time of what others use too: the servers and the recipient."""
        return sum(each.cpu_seconds for part, each in self.used().items() if part not in _PARTS)

    def wait_until_quiet(self) -> None:
        """Return when what follows from the last messages is done, such as their seals. Raises ProcessFailed if a
        process dies again and again."""
        until = time.monotonic() + _QUIET_SECONDS_MAX
        while time.monotonic() < until:
            self.local.check()
            before = sum(each.cpu_seconds for each in self.used().values())
            time.sleep(1)
            if sum(each.cpu_seconds for each in self.used().values()) - before < _QUIET_SHARE:
                return

    def _start_recipient(self) -> None:
        port = self.folder / "recipient"
        command = [sys.executable, "-m", "hub.bench.recipient", str(port), str(self._slow_seconds)]
        log = self.folder / "recipient-log"
        self._recipient = launch(command, log=log, at_our_death=signal.SIGKILL, env=os.environ)
        if not wait_until(port.exists, _READY_SECONDS):
            raise ServerFailed("bench.recipient", "the recipient does not listen", f"read {log}")
        self.recipient_port = int(port.read_text())

    def _endpoint(self, agency: str, *, slow: bool) -> str:
        url = f"http://127.0.0.1:{self.recipient_port}/{agency}{'/slow' if slow else ''}"
        return (
            f'[[endpoint]]\nagency = "{agency}"\nsystem = "hub_json"\ntransport = "https_push"\n'
            f'settings = {{ url = "{url}" }}\n'
        )
