"""What may happen to the broker: to the embedded Redis as a process, or to a given broker through a proxy in
between."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

from kombu import Connection

from workers.app import QUEUE

if TYPE_CHECKING:
    from tests.faults.installation import Installation

Wait = Callable[[float], None]


class Broker(Protocol):
    def kill(self) -> int:
        """Returns how many processes died."""

    def freeze(self, seconds: float, wait: Wait) -> int: ...

    def flush(self) -> None:
        """Everything that was queued is lost."""

    def restart_without_file(self) -> int: ...

    def away(self, seconds: float, wait: Wait) -> int: ...


class EmbeddedRedis:
    def __init__(self, installation: "Installation") -> None:
        self._at = installation

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def freeze(self, seconds: float, wait: Wait) -> int:
        pids = self._at.pids("redis")
        for pid in pids:
            signalled(pid, signal.SIGSTOP)
        wait(seconds)
        return sum(signalled(pid, signal.SIGKILL) for pid in pids)

    def flush(self) -> None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as door:
            door.settimeout(5)
            door.connect(self._at.broker_socket())
            door.sendall(b"FLUSHALL\r\n")
            door.recv(16)

    def restart_without_file(self) -> int:
        with unwatched(self._at):
            killed = self._end(signal.SIGKILL)
            (self._at.state.path / "redis" / "appendonly.aof").unlink(missing_ok=True)
        return killed

    def away(self, seconds: float, wait: Wait) -> int:
        with unwatched(self._at):
            killed = self._end(signal.SIGKILL)
            time.sleep(seconds)  # nobody may use it meanwhile
        return killed

    def _end(self, number: signal.Signals) -> int:
        return sum(ended(pid, number) for pid in self._at.pids("redis"))


class GivenBroker:
    """A given broker, reached through a proxy of ours that can be cut. `url` is the address for the hub."""

    def __init__(self, url: str) -> None:
        self._own_url = url
        parts = urlsplit(url)
        self._wire = _Wire((parts.hostname or "127.0.0.1", parts.port or 5672))
        login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        self.url = urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{self._wire.port}"))

    def kill(self) -> int:
        self._wire.cut()
        self._wire.mend()
        return 0

    def freeze(self, seconds: float, wait: Wait) -> int:
        self._wire.flowing.clear()
        wait(seconds)
        self._wire.flowing.set()
        return self.kill()

    def flush(self) -> None:
        with Connection(self._own_url) as connection:
            connection.channel().queue_purge(QUEUE)

    def restart_without_file(self) -> int:
        self._wire.cut()
        self.flush()
        self._wire.mend()
        return 0

    def away(self, seconds: float, wait: Wait) -> int:
        self._wire.cut()
        wait(seconds)
        self._wire.mend()
        return 0

    def close(self) -> None:
        self._wire.cut()
        self.flush()


class _Wire:
    """Passes bytes between each caller and the broker, while it is whole and `flowing`."""

    def __init__(self, to: tuple[str, int]) -> None:
        self._to = to
        self._open: list[socket.socket] = []
        self._door: socket.socket | None = None
        self.port = 0
        self.flowing = threading.Event()
        self.flowing.set()
        self.mend()

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        for end in (self._door, *self._open):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._door, self._open = None, []

    def _serve(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
                far = socket.create_connection(self._to)
            except OSError:
                return
            self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self.flowing.wait()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def unwatched(installation: "Installation") -> Iterator[None]:
    """`hub up` does not notice meanwhile that a server is gone."""
    up = installation.up_pid()
    os.kill(up, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(up, signal.SIGCONT)


def signalled(pid: int, number: signal.Signals) -> bool:
    """Return whether there was still such a process."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def ended(pid: int, number: signal.Signals) -> bool:
    """The same, and wait until it is gone."""
    was_there = signalled(pid, number)
    until = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return was_there


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
