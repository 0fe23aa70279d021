"""What is done on the server: a file is written under a name of its own and then renamed, so that nobody sees half."""

import secrets
from contextlib import suppress

import asyncssh

from adapters.transports.sftp.failures import LOST
from adapters.transports.sftp.settings import SftpPlace

FILE_MODE = 0o640  # personal data: the recipient's group may read it
_ATTRIBUTES = asyncssh.SFTPAttrs(permissions=FILE_MODE)


async def place_file(client: asyncssh.SFTPClient, place: SftpPlace, names: tuple[str, ...], body: bytes) -> None:
    """Whoever looks sees the old file or the new one. The part's name is new each time: two attempts at the same
    message never write into one another, and nothing that lies there beforehand is written into."""
    target = place.path(*names)
    part = target + f".{secrets.token_hex(8)}.part".encode()
    try:
        await _write(client, part, body)
        await _rename(client, part, target)
    except asyncssh.SFTPError as error:
        if not isinstance(error, LOST):
            with suppress(asyncssh.SFTPError):  # the first failure is the one to tell
                await client.remove(part)
            if isinstance(error, asyncssh.SFTPFailure) and await _is_full(client, place, len(body)):
                raise asyncssh.SFTPNoSpaceOnFilesystem("no room") from None
        raise


async def exists(client: asyncssh.SFTPClient, path: bytes) -> bool:
    try:
        await client.lstat(path)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return False
    return True


async def _write(client: asyncssh.SFTPClient, part: bytes, body: bytes) -> None:
    async with client.open(part, "xb", _ATTRIBUTES) as file:
        if body:
            await file.write(body)
        with suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()


async def _rename(client: asyncssh.SFTPClient, part: bytes, target: bytes) -> None:
    """Atomic where the server can. Where it cannot, an older file of the name goes first: a reader may for a moment see
    none, but never half of one."""
    try:
        await client.posix_rename(part, target)
    except asyncssh.SFTPOpUnsupported:
        with suppress(asyncssh.SFTPNoSuchFile):
            await client.remove(target)
        await client.rename(part, target)


async def _is_full(client: asyncssh.SFTPClient, place: SftpPlace, size_bytes: int) -> bool:
    """Version 3 of the protocol has one word for every failure, so the server is asked how much room it has."""
    try:
        room = await client.statvfs(place.path())
    except (asyncssh.SFTPError, ValueError):
        return False
    return room.bavail * room.frsize < size_bytes
