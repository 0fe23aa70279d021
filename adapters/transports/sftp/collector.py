"""Collects the files that an agency leaves on its SFTP server. It reads them in place and moves them away after they
were answered."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import TypeVar, cast

import asyncssh

from adapters.carriage.inbox import (
    ARCHIVE,
    DONE,
    REASONS,
    REFUSED,
    Entry,
    EntryKind,
    free_names,
    listing,
    read_inbox,
)
from adapters.carriage.settings import checked_settings
from adapters.contract import CannotCollect, CannotDeliver, FoundFile, Inbox, Listing, Pace
from adapters.transports.sftp.connection import Connections, use_files
from adapters.transports.sftp.failures import FAILURES, meaning
from adapters.transports.sftp.files import exists, place_file
from adapters.transports.sftp.settings import SftpInbox
from schemas.problem import Problem

R = TypeVar("R")
_FOLDER = asyncssh.SFTPAttrs(permissions=0o750)
_KINDS: dict[int, EntryKind] = {
    asyncssh.FILEXFER_TYPE_REGULAR: "file",
    asyncssh.FILEXFER_TYPE_DIRECTORY: "folder",
    asyncssh.FILEXFER_TYPE_SYMLINK: "link",
}


class SftpCollector:
    name = "sftp"

    def __init__(self) -> None:
        self._connections = Connections()

    def check(self, inbox: Inbox) -> tuple[Problem, ...]:
        return checked_settings(SftpInbox, inbox, use_files)

    def pace(self, inbox: Inbox) -> Pace:
        return read_inbox(SftpInbox, inbox).pace

    def list(self, inbox: Inbox) -> Listing:
        settings = read_inbox(SftpInbox, inbox)
        found = self._on(settings, lambda client: _entries(client, settings))
        return listing(found, done_marker=settings.done_marker)

    def read(self, inbox: Inbox, file: FoundFile) -> bytes | None:
        settings = read_inbox(SftpInbox, inbox)
        return self._on(settings, lambda client: _read(client, settings.path(file.name), file))

    def archive(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes | None) -> None:
        settings = read_inbox(SftpInbox, inbox)
        self._on(settings, lambda client: _move(client, settings, file, (ARCHIVE, on.isoformat()), reasons))

    def refuse(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes) -> None:
        settings = read_inbox(SftpInbox, inbox)
        self._on(settings, lambda client: _move(client, settings, file, (REFUSED, on.isoformat()), reasons))

    def close(self) -> None:
        self._connections.close()

    def _on(self, settings: SftpInbox, use: Callable[[asyncssh.SFTPClient], Awaitable[R]]) -> R:
        try:
            return self._connections.run(settings, use)
        except CannotDeliver as error:
            raise CannotCollect(error.code, error.problem) from None
        except FAILURES as error:
            found = meaning(error)
            raise CannotCollect(found.code, found.words) from None


async def _entries(client: asyncssh.SFTPClient, settings: SftpInbox) -> list[Entry]:
    found = []
    async for name in client.scandir(settings.path()):
        raw = name.filename if isinstance(name.filename, bytes) else name.filename.encode()
        attributes = name.attrs
        kind = _kind(attributes)
        found.append(Entry(raw.decode(errors="surrogateescape"), kind, attributes.size or 0, attributes.mtime or 0))
    return [entry for entry in found if entry.name not in (".", "..")]


def _kind(attributes: asyncssh.SFTPAttrs) -> EntryKind:
    return _KINDS.get(attributes.type, "special")


def _is(attributes: asyncssh.SFTPAttrs, file: FoundFile) -> bool:
    same = (attributes.size, attributes.mtime or 0) == (file.size_bytes, file.modified)
    return same and _kind(attributes) == "file"


async def _stands(client: asyncssh.SFTPClient, path: bytes, file: FoundFile) -> bool:
    try:
        return _is(await client.lstat(path), file)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return False


async def _read(client: asyncssh.SFTPClient, path: bytes, file: FoundFile) -> bytes | None:
    """Read the file; None unless it is the same before and after. A link that somebody puts in its place in between is
    seen in the second look."""
    if not await _stands(client, path, file):
        return None
    try:
        async with client.open(path, "rb") as source:
            body = cast(bytes, await source.read(file.size_bytes + 1))
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return None
    return body if len(body) == file.size_bytes and await _stands(client, path, file) else None


async def _move(
    client: asyncssh.SFTPClient, settings: SftpInbox, file: FoundFile, to: tuple[str, str], reasons: bytes | None
) -> None:
    source = settings.path(file.name)
    if not await _stands(client, source, file):
        return
    await _make(client, settings.path(to[0]))
    await _make(client, settings.path(*to))
    name = await _free(client, settings, to, file.name)
    if reasons is not None:  # write the reasons first, so that a moved file always has them
        await place_file(client, settings, (*to, name + REASONS), reasons)
    target = settings.path(*to, name)
    await client.rename(source, target)
    if not await _stands(client, target, file):
        await _put_back(client, settings, to, name, file.name)
        return
    if file.marked:
        with suppress(asyncssh.SFTPNoSuchFile):
            await client.remove(settings.path(file.name + DONE))


async def _put_back(
    client: asyncssh.SFTPClient, settings: SftpInbox, to: tuple[str, str], name: str, wanted: str
) -> None:
    """Put back a file that its sender replaced at the last moment. The moved file has not been read, so it is collected
    anew."""
    free = await _free(client, settings, (), wanted)
    await client.rename(settings.path(*to, name), settings.path(free))
    with suppress(asyncssh.SFTPNoSuchFile):
        await client.remove(settings.path(*to, name + REASONS))


async def _free(client: asyncssh.SFTPClient, settings: SftpInbox, to: tuple[str, ...], wanted: str) -> str:
    names = free_names(wanted)
    while await exists(client, settings.path(*to, name := next(names))):
        pass
    return name


async def _make(client: asyncssh.SFTPClient, path: bytes) -> None:
    """Create a folder if it is missing. A link in its place is refused, because it could lead elsewhere."""
    try:
        found = _kind(await client.lstat(path))
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        await client.mkdir(path, _FOLDER)
        return
    if found != "folder":
        raise asyncssh.SFTPNotADirectory("not a folder")
