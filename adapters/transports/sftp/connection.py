"""SFTP connections in an event loop of their own. They are kept between calls, made anew after a fork, and limited in
time."""

import asyncio
import os
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncssh

from adapters.carriage.reach import refuse_address
from adapters.carriage.secret import read_secret
from adapters.contract import CannotDeliver
from adapters.transports.sftp.failures import LOST
from adapters.transports.sftp.settings import SftpPlace

CONNECTIONS_MAX = 100
_GRACE_SECONDS = 2  # so that the loop notices the end of the time before we stop waiting for it
_KEEPALIVE_SECONDS = 15
# These come after the methods of the trusted keys. A server that has none of those shows what it has, so that we can
# report it.
_OTHER_HOST_KEYS = "+ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256"

R = TypeVar("R")
Use = Callable[[asyncssh.SFTPClient], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class _Route:
    """What a connection may be shared by. It includes the times of the files, so that a changed password is used."""

    place: SftpPlace
    changed_ns: tuple[int, ...]


@dataclass(slots=True)
class _Line:
    """One connection, or the intention to make one. It is used only inside the loop."""

    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    connection: asyncssh.SSHClientConnection | None = None
    client: asyncssh.SFTPClient | None = None


class _Loop:
    """An event loop in a thread of this process, with its connections."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._lines: OrderedDict[_Route, _Line] = OrderedDict()
        threading.Thread(target=self._loop.run_forever, name="sftp", daemon=True).start()

    def run(self, place: SftpPlace, use: Use[R]) -> R:
        until = place.total_timeout_seconds
        return self._wait(self._within(place, use, until), until + _GRACE_SECONDS)

    def stop(self) -> None:
        with suppress(TimeoutError):
            self._wait(self._hang_up(), _GRACE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _wait(self, work: Coroutine[Any, Any, R], seconds: float) -> R:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except BaseException:
            future.cancel()
            raise

    async def _within(self, place: SftpPlace, use: Use[R], seconds: float) -> R:
        async with asyncio.timeout(seconds):
            line = self._line(place)
            client = await self._client(line, place)
            try:
                return await use(client)
            except (*LOST, TimeoutError, asyncio.CancelledError):
                self._drop(line)  # the outcome is not known, so nothing else uses this connection
                raise

    def _line(self, place: SftpPlace) -> _Line:
        route = _Route(place, tuple(_changed_ns(file) for file in place.files.values()))
        line = self._lines.setdefault(route, _Line())
        self._lines.move_to_end(route)
        if len(self._lines) > CONNECTIONS_MAX:
            self._drop(self._lines.popitem(last=False)[1])
        return line

    async def _client(self, line: _Line, place: SftpPlace) -> asyncssh.SFTPClient:
        async with line.opening:
            if line.connection is None or line.client is None or line.connection.is_closed():
                self._drop(line)
                line.connection = await _connect(place)
                line.client = await line.connection.start_sftp_client()
            return line.client

    def _drop(self, line: _Line) -> None:
        if line.connection is not None:
            line.connection.abort()
        line.connection = line.client = None

    async def _hang_up(self) -> None:
        lines = list(self._lines.values())
        self._lines.clear()
        open_ones = [line.connection for line in lines if line.connection is not None]
        for connection in open_ones:
            connection.close()
        for connection in open_ones:
            await connection.wait_closed()


class Connections:
    """Connections to any number of servers, for any number of threads. In a forked process it starts anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: _Loop | None = None
        self._inherited: list[_Loop] = []

    def run(self, place: SftpPlace, use: Use[R]) -> R:
        """Return what `use` returns for the client. Raises one of failures.FAILURES, or CannotDeliver for a secret that
        cannot be read."""
        return self._own().run(place, use)

    def close(self) -> None:
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and loop.pid == os.getpid():
            loop.stop()

    def _own(self) -> _Loop:
        if self._loop is not None and self._loop.pid != os.getpid():
            # Keep it and do not touch it: closing our copy of the parent's loop would affect the parent's loop.
            self._inherited.append(self._loop)
            self._loop, self._lock = None, threading.Lock()
        with self._lock:
            if self._loop is None:
                self._loop = _Loop()
            return self._loop


class _LookedAt(asyncssh.SSHClient):
    """Checks the address after the connection is made, before anything is sent."""

    def __init__(self, place: SftpPlace) -> None:
        self._place = place

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        """Raise AddressRefused, which closes the connection, if the address is not allowed."""
        refuse_address(conn.get_extra_info("peername")[0], self._place.host, self._place.networks)


async def _connect(place: SftpPlace) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(
        place.host,
        place.port,
        client_factory=lambda: _LookedAt(place),
        config=None,  # ignore all files in the home directory of our user
        agent_path=None,
        username=place.username,
        password=password_of(place),
        client_keys=keys_of(place),
        known_hosts=trusted_by(place),
        server_host_key_algs=_OTHER_HOST_KEYS,
        connect_timeout=place.connect_timeout_seconds,
        login_timeout=place.total_timeout_seconds,
        keepalive_interval=_KEEPALIVE_SECONDS,
        compression_algs=None,
    )


def password_of(place: SftpPlace) -> str | None:
    return read_secret(place.password_file, "settings.password_file") if place.password_file else None


def keys_of(place: SftpPlace) -> list[asyncssh.SSHKey] | None:
    if place.client_key_file is None:
        return None
    passphrase = read_secret(place.passphrase_file, "settings.passphrase_file") if place.passphrase_file else None
    try:
        return [asyncssh.read_private_key(place.client_key_file, passphrase)]
    except (OSError, ValueError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        problem = "the file cannot be read, contains no private key, or has another passphrase"
    raise CannotDeliver("settings.client_key_file", problem, retryable=True, partner_down=True)


def trusted_by(place: SftpPlace) -> Any:
    """Return asyncssh's `known_hosts`: pinned keys, or the hosts of a file. It is never None, because that would trust
    every server."""
    if place.host_key is not None:
        return [asyncssh.import_public_key(place.host_key)], [], []
    try:
        return asyncssh.read_known_hosts(str(place.known_hosts_file))
    except (OSError, ValueError, asyncssh.KeyImportError):
        problem = "the file cannot be read, or is not a known_hosts file"
    raise CannotDeliver("settings.known_hosts_file", problem, retryable=True, partner_down=True)


def use_files(place: SftpPlace) -> None:
    """Raise CannotDeliver if a file that the settings name cannot be used."""
    password_of(place)
    keys_of(place)
    trusted_by(place)


def _changed_ns(file: os.PathLike[str]) -> int:
    try:
        return os.stat(file).st_mtime_ns  # noqa: PTH116 - one call, no exception of its own for a file that is gone
    except OSError:
        return 0
