"""A port that is ours from when its number is told until a server listens there, and while that is started again."""

import socket
import sys
from typing import Self

from hub.local.failures import ServerFailed


class HeldPort:
    """Bound, and not listening: nobody is given this port by chance, and a server that is told its `number` gets it.

    Only Linux lets the server have it beside us; elsewhere it is let go, and somebody may be quicker.
    """

    def __init__(self, host: str, wanted: int = 0) -> None:
        """The wanted port, or any other if somebody has it. Raises ServerFailed."""
        self._socket = _bound(host, wanted)
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
    for port in (wanted, 0):
        held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((host, port))
        except OSError:
            held.close()
            continue
        return held
    raise ServerFailed("api.no_port", f"no port is free on {host}", "set HUB_API_HOST to an address of this machine")
