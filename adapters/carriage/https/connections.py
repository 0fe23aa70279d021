"""Connections with a time limit for the whole answer. They are kept between calls and never shared with a forked
process."""

import http.client
import io
import os
import socket
import ssl
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from adapters.carriage.https.settings import HttpsSettings
from adapters.carriage.reach import AddressRefused, Network, refuse_address

POOLS_MAX = 500
CONNECTIONS_PER_POOL = 8


class _UntilDeadline(io.RawIOBase):
    """Reads the socket until a moment of time.monotonic(). A socket's own timeout starts again with every byte, so a
    partner that sends one byte now and then would keep us for ever."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, until: float) -> None:
        self._sock, self._raw, self._until = sock, raw, until
        self._silence_max = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took longer than the total time allowed")
        self._sock.settimeout(left if self._silence_max is None else min(left, self._silence_max))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, until: float, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        plain = self.fp
        if not isinstance(plain, io.BufferedReader):
            raise TypeError("http.client no longer reads through a BufferedReader")
        self.fp = io.BufferedReader(_UntilDeadline(sock, plain.detach(), until))


class _BoundedConnection(HTTPConnection):
    def __init__(self, *args: Any, total_seconds: float, networks: tuple[Network, ...], **named: Any) -> None:
        super().__init__(*args, **named)
        self._total_seconds = total_seconds
        self._networks = networks

    def _new_conn(self) -> socket.socket:
        """Raises AddressRefused."""
        connected = super()._new_conn()
        try:
            refuse_address(connected.getpeername()[0], self.host, self._networks)
        except (AddressRefused, OSError):
            connected.close()
            raise
        return connected

    def request(self, *args: Any, **named: Any) -> None:
        if self.sock is None:
            self.connect()
        self.timeout = self._total_seconds  # the time limit for sending; until here it was the limit for connecting
        until = time.monotonic() + self._total_seconds
        self.response_class = partial(_Answer, until=until)  # type: ignore[assignment] # it is only ever called
        super().request(*args, **named)


class _BoundedTlsConnection(_BoundedConnection, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _BoundedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedTlsConnection


@dataclass(frozen=True, slots=True)
class _Route:
    """What connections may be shared by. It includes the CA file's time, so that a renewed file is read."""

    scheme: str
    host: str
    port: int | None
    total_seconds: float
    networks: tuple[Network, ...]
    ca_file: Path | None
    ca_changed_ns: int

    @classmethod
    def of(cls, settings: HttpsSettings, url: str) -> "_Route":
        parts, ca = urlsplit(url), settings.ca_file
        changed_ns = ca.stat().st_mtime_ns if ca and parts.scheme == "https" else 0
        host, total_seconds = parts.hostname or "", settings.total_timeout_seconds
        return cls(parts.scheme, host, parts.port, total_seconds, settings.networks, ca, changed_ns)

    def open(self) -> HTTPConnectionPool:
        kept: dict[str, Any] = {
            "maxsize": CONNECTIONS_PER_POOL,
            "total_seconds": self.total_seconds,
            "networks": self.networks,
        }
        if self.scheme == "http":
            return _PlainPool(self.host, self.port, **kept)
        return _TlsPool(self.host, self.port, ssl_context=tls_context(self.ca_file), **kept)


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that verifies, with TLS 1.2 or later. A CA file replaces the machine's own list. Raises OSError,
    which includes ssl.SSLError."""
    return ssl.create_default_context(cafile=ca_file)


class Connections:
    """The connection pools of one process. urllib3's own PoolManager cannot give its connections a total time limit."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._lock = threading.Lock()
        self._pools: OrderedDict[_Route, HTTPConnectionPool] = OrderedDict()

    def to(self, settings: HttpsSettings, url: str) -> HTTPConnectionPool:
        """Return the pool for an address. Raises OSError if the CA file cannot be read."""
        route = _Route.of(settings, url)
        with self._lock:
            pool = self._pools.get(route)
            if pool is None:
                pool = self._pools[route] = route.open()
            self._pools.move_to_end(route)
            if len(self._pools) > POOLS_MAX:
                self._pools.popitem(last=False)  # it is closed when its last user has finished
        return pool

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()
