"""Keeps a port for us from the moment that its number is given out until a server listens there, also while that server
restarts."""

import contextlib
import errno
import socket
import sys
from pathlib import Path
from typing import Self

from hub.local.failures import ServerFailed


class HeldPort:
    """A port that is bound without listening. No other program gets it by chance, and a server with its `number` can
    use it.

    Only Linux lets the server use it beside us. Elsewhere it is released first, and another program may be quicker.
    """

    def __init__(self, host: str, wanted: int = 0, *, or_any: bool = False) -> None:
        """Bind the wanted port. With 0 any free port is used, and with `or_any` also if the wanted one is taken. Raises
        ServerFailed, which names the program that has the port."""
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
        # SO_REUSEADDR lets us bind beside a server that listens. A caller would then reach either of the two.
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
    """Return ` by process 123 (python3)` if the system shows it; otherwise an empty text."""
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
