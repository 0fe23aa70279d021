"""A port that is ours from when its number is told until a server listens there, and while that is started again."""

import contextlib
import errno
import socket
import sys
from pathlib import Path
from typing import Self

from hub.local.failures import ServerFailed


class HeldPort:
    """Bound, and not listening: nobody is given this port by chance, and a server that is told its `number` gets it.

    Only Linux lets the server have it beside us; elsewhere it is let go, and somebody may be quicker.
    """

    def __init__(self, host: str, wanted: int = 0, *, or_any: bool = False) -> None:
        """The wanted port; with 0 any free one, and with `or_any` too if the wanted one is taken. Raises ServerFailed,
        which names the program that has the port."""
        try:
            self._socket = _bound(host, wanted)
        except ServerFailed:
            if not or_any:
                raise
            self._socket = _bound(host, 0)
        self.number: int = self._socket.getsockname()[1]
        if sys.platform != "linux":
            self.close()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bound(host: str, wanted: int) -> socket.socket:
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, wanted))
        # SO_REUSEADDR lets us bind beside a server that listens; whoever calls would then reach one of the two.
        if wanted and _answers(host, wanted):
            raise OSError(errno.EADDRINUSE, "in use")
    except OSError as error:
        held.close()
        if wanted and error.errno == errno.EADDRINUSE:
            raise ServerFailed(
                "api.port_taken",
                f"port {wanted} on {host} is taken{_by_whom(wanted)}",
                "stop that program, or set HUB_API_PORT to another port; 0 takes any free one",
            ) from None
        problem = f"no port can be used on {host}: {(error.strerror or 'unknown').lower()}"
        raise ServerFailed("api.no_port", problem, "set HUB_API_HOST to an address of this machine") from None
    return held


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False


_LISTENING = "0A"
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def _by_whom(port: int) -> str:
    """` by process 123 (python3)` where the system lets us see it, else nothing."""
    inodes = {
        f"socket:[{row[9]}]"
        for table in _TABLES
        if table.exists()
        for row in (line.split() for line in table.read_text().splitlines()[1:])
        if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port
    }
    for folder in Path("/proc").glob("[0-9]*") if inodes else ():
        with contextlib.suppress(OSError):
            if any(str(file.readlink()) in inodes for file in (folder / "fd").iterdir()):
                return f" by process {folder.name} ({(folder / 'comm').read_text().strip()})"
    return ""
