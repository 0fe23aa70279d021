"""Our own Redis: the queue between the hub's processes, on a private unix socket, with an append-only file."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from hub.local.embedded.binaries import redis_program
from hub.local.embedded.sockets import redis_socket
from hub.local.failures import ServerFailed
from hub.local.process import Step, end, end_stranger, has_ended, launch, tail, wait_until
from hub.local.state import StateFolder

LOADING_SECONDS = 60
_SHUTDOWN: tuple[Step, ...] = ((signal.SIGTERM, 5.0),)
_APPEND_ONLY_FILE = "appendonly.aof"
_DAMAGED = (
    "Bad file format reading the append only file",
    "Unrecoverable error reading the append only file",
    "RDB preamble",
    "rdb file reading",
)
_SETTINGS = f"""\
port 0
unixsocketperm 700
timeout 0
daemonize no
supervised no
set-proc-title no
loglevel notice
logfile ""
save ""
appendonly yes
appendfilename {_APPEND_ONLY_FILE}
appendfsync everysec
aof-load-truncated yes
aof-use-rdb-preamble yes
maxmemory-policy noeviction
"""


class RedisServer:
    """The server of one state folder, which the caller holds locked. It runs under our own account."""

    name = "redis"
    title = "Redis"

    def __init__(self, state: StateFolder, sockets: Path) -> None:
        self._state = state
        self._sockets = sockets
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and not has_ended(self._process)

    def launch(self, progress: Callable[[str], None]) -> None:
        """End what a crash left running, and start the server. Raises ServerFailed."""
        if self.running:
            return
        self.stop()
        program = redis_program()
        folder = self._state.folder("redis")
        settings, pid_file = folder / "redis.conf", folder / "redis.pid"
        _end_leftover(pid_file, str(settings))
        places = {"dir": folder, "pidfile": pid_file, "unixsocket": redis_socket(self._sockets)}
        settings.write_text(_SETTINGS + "".join(f"{name} {_quoted(path)}\n" for name, path in places.items()))
        progress("Redis: starting")
        self._process = launch(
            [str(program), str(settings)],
            log=self._state.log(self.name),
            at_our_death=signal.SIGTERM,
            cwd=folder,
        )

    def wait(self) -> None:
        """Return when the server answers. Raises ServerFailed.

        If the append-only file is damaged in the middle, it is set aside and the server starts empty. The queue has
        only ids, and the relay queues everything due in PostgreSQL again.
        """
        if self._answers_in_time():
            return
        damaged = self._state.folder("redis") / _APPEND_ONLY_FILE
        log = self._state.log(self.name)
        if not self.running and damaged.exists() and any(words in tail(log, 3) for words in _DAMAGED):
            damaged.replace(damaged.with_suffix(f".damaged-{time.time_ns()}"))
            self.launch(lambda _: None)
            if self._answers_in_time():
                return
        raise ServerFailed(
            "redis.not_started",
            f"Redis did not start. Its log ends:\n{tail(log)}\n",
            f"Correct what the log reports ({log}).",
        )

    def ask_to_stop(self) -> None:
        if self._process and self.running:
            self._process.send_signal(_SHUTDOWN[0][0])

    def stop(self) -> None:
        """Let it write its append-only file, then end it; at most 10 seconds."""
        if self._process:
            end(self._process, *_SHUTDOWN)
            self._process = None

    def _answers_in_time(self) -> bool:
        return wait_until(lambda: not self.running or answers(self._sockets), LOADING_SECONDS) and self.running


def url(sockets: Path) -> str:
    """Return the address for kombu and Celery."""
    return f"redis+socket://{quote(str(redis_socket(sockets)), safe='/')}?virtual_host=0"


def answers(sockets: Path) -> bool:
    """Return whether the server accepts commands. It does not while it loads its file."""
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2)
            door.connect(str(redis_socket(sockets)))
            door.sendall(b"PING\r\n")
            return door.recv(5) == b"+PONG"
    except OSError:
        return False


def _end_leftover(pid_file: Path, mark: str) -> None:
    pid = pid_file.read_text().strip() if pid_file.exists() else ""
    if pid.isdigit() and not end_stranger(int(pid), mark, (signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0)):
        raise ServerFailed(
            "redis.leftover",
            f"The Redis of a crashed hub is still running (process {pid}) and cannot be stopped.",
            "Stop that process yourself.",
        )


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
