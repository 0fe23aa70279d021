"""The partner of the SFTP transport: a real SSH server on the loopback address, with a root folder of its own."""

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from adapters.contract import Endpoint, Inbox

USERNAME, PASSWORD = "hub", "a made-up password"
R = TypeVar("R")


class Troubles:
    """What the server is to do wrong from now on."""

    full_after_bytes: int | None = None
    drop_after_bytes: int | None = None
    posix_rename = True
    fsync = True
    silent = False
    denied = False
    before_move: Callable[[Path], None] | None = None
    extra_names: tuple[bytes, ...] = ()


class _Sftp(asyncssh.SFTPServer):
    def __init__(self, channel: Any, root: Path, troubles: Troubles) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._troubles = troubles

    def statvfs(self, path: bytes) -> Any:
        if self._troubles.full_after_bytes is not None:
            return asyncssh.SFTPVFSAttrs(bsize=512, frsize=512, blocks=100, bfree=0, bavail=0)
        return super().statvfs(path)

    def write(self, file_obj: object, offset: int, data: bytes) -> Any:
        end = offset + len(data)
        if self._troubles.full_after_bytes is not None and end > self._troubles.full_after_bytes:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self._troubles.drop_after_bytes is not None and end > self._troubles.drop_after_bytes:
            self.connection.abort()
        return super().write(file_obj, offset, data)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> Any:
        if not self._troubles.posix_rename:
            raise asyncssh.SFTPOpUnsupported("posix-rename")
        return super().posix_rename(oldpath, newpath)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        if self._troubles.before_move is not None:
            self._troubles.before_move(Path(os.fsdecode(self.map_path(oldpath))))
        return super().rename(oldpath, newpath)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        async for name in super().scandir(path):
            yield name
        for extra in self._troubles.extra_names:
            yield asyncssh.SFTPName(extra, attrs=asyncssh.SFTPAttrs(permissions=0o100600, size=3, mtime=1))

    def fsync(self, file_obj: object) -> Any:
        if not self._troubles.fsync:
            raise asyncssh.SFTPOpUnsupported("fsync")
        return super().fsync(file_obj)

    async def lstat(self, path: bytes) -> Any:
        if self._troubles.silent:
            await asyncio.sleep(60)
        return super().lstat(path)

    async def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        if self._troubles.silent:
            await asyncio.sleep(60)
        if self._troubles.denied:
            raise OSError(errno.EACCES, "Permission denied")
        return super().open(path, pflags, attrs)


class _Ssh(asyncssh.SSHServer):
    def __init__(self, server: "SftpServer") -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._server.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USERNAME, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USERNAME and key.get_fingerprint() == self._server.client_key.get_fingerprint()


class SftpServer:
    """Runs in a thread of its own. `stop` also ends the connections; `start` begins again at the same port."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.troubles = Troubles()
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")
        self.connections: list[asyncssh.SSHServerConnection] = []
        self.port = 0
        self._listener: asyncssh.SSHAcceptor | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self) -> None:
        self._listener = self._run(self._listen())
        self.port = self._listener.get_port()

    def stop(self) -> None:
        self._run(self._stop())

    def close(self) -> None:
        self.stop()
        self._run(self._end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def count_connections(self) -> int:
        return len(self.connections)

    async def _end_tasks(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Ssh(self),
            "127.0.0.1",
            self.port,
            server_host_keys=[self.host_key],
            sftp_factory=lambda channel: _Sftp(channel, self.root, self.troubles),
            encryption_algs=["aes128-gcm@openssh.com"],
            config=None,
        )

    async def _stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None
        for connection in self.connections:
            connection.abort()

    def _run(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


class SftpPartner:
    def __init__(self, place: Path, server: SftpServer) -> None:
        self._place = place.resolve()
        self.server = server
        self.folder = server.root / "inbox"
        self.folder.mkdir()
        self.file("password").write_text(PASSWORD + "\n")
        server.client_key.write_private_key(self.file("key"), "pkcs8-pem", "made up")
        self.file("passphrase").write_text("made up\n")
        hosts = f"[127.0.0.1]:{server.port} {self.host_key}\n"
        self.file("known_hosts").write_text(hosts)

    def file(self, name: str) -> Path:
        return self._place / name

    @property
    def host_key(self) -> str:
        return self.server.host_key.export_public_key().decode().strip()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "host": "127.0.0.1",
            "port": str(self.server.port),
            "username": USERNAME,
            "password_file": str(self.file("password")),
            "host_key": self.host_key,
            "folder": "/inbox",
        }

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("area-north", "hub_json", "sftp", self.settings)

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        good = self.settings
        empty = self.file("empty")
        empty.touch()
        return {
            "settings.missing": {},
            "settings.unknown": good | {"path": "/inbox"},
            "settings.value": good | {"port": "ssh"},
            "settings.host": good | {"host": "-oProxyCommand=x"},
            "settings.folder": good | {"folder": "/inbox/../../etc"},
            "settings.host_key": {name: value for name, value in good.items() if name != "host_key"},
            "settings.credentials": {name: value for name, value in good.items() if name != "password_file"},
            "settings.password_file": good | {"password_file": str(empty)},
            "settings.client_key_file": good | {"client_key_file": str(self.file("key"))},
            "settings.known_hosts_file": {name: value for name, value in good.items() if name != "host_key"}
            | {"known_hosts_file": str(self._place / "elsewhere")},
            "settings.path": good | {"password_file": "password"},
        }

    def inbox(self, **settings: str) -> Inbox:
        return Inbox("area-north", "sftp", self.settings | settings)

    @property
    def bad_inboxes(self) -> Mapping[str, Mapping[str, str]]:
        return self.bad_settings

    @contextmanager
    def before_each_move(self, act: Callable[[Path], None]) -> Iterator[None]:
        self.server.troubles.before_move = act
        yield
        self.server.troubles.before_move = None

    def taken(self) -> list[tuple[str, bytes]]:
        """The message id is in the name, after the kind. An unfinished file would count as a message here."""
        files = sorted(self.folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        return [(file.name.removeprefix("court_list-").removesuffix(".json"), file.read_bytes()) for file in files]

    def go_away(self) -> None:
        self.server.stop()

    def come_back(self) -> None:
        self.server.start()


@contextmanager
def partner(folder: Path) -> Iterator[SftpPartner]:
    root = folder / "root"
    root.mkdir()
    server = SftpServer(root)
    server.start()
    try:
        yield SftpPartner(folder, server)
    finally:
        server.close()
