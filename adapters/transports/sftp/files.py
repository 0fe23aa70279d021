"""Works on the server: writes a file under a temporary name and renames it, so that nobody sees half a file."""

import secrets
from contextlib import suppress

import asyncssh

from adapters.transports.sftp.failures import LOST
from adapters.transports.sftp.settings import SftpPlace

FILE_MODE = 0o640  # personal data: only the recipient's group may read it
_ATTRIBUTES = asyncssh.SFTPAttrs(permissions=FILE_MODE)


async def place_file(client: asyncssh.SFTPClient, place: SftpPlace, names: tuple[str, ...], body: bytes) -> None:
    """Write a file so that a reader sees either the old or the new one, complete.

    The temporary file has a new name each time. So two attempts at the same message never write into the same file, and
    a file that is already there is not written into.
    """
    target = place.path(*names)
    part = target + f".{secrets.token_hex(8)}.part".encode()
    try:
        await _write(client, part, body)
        await _rename(client, part, target)
    except asyncssh.SFTPError as error:
        if not isinstance(error, LOST):
            with suppress(asyncssh.SFTPError):  # report the first failure
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
    """Rename. If the server cannot replace a file in one step, the older file is removed first: a reader may see no
    file for a moment, but never half a file."""
    try:
        await client.posix_rename(part, target)
    except asyncssh.SFTPOpUnsupported:
        with suppress(asyncssh.SFTPNoSuchFile):
            await client.remove(target)
        await client.rename(part, target)


async def _is_full(client: asyncssh.SFTPClient, place: SftpPlace, size_bytes: int) -> bool:
    """Return whether the disk is full. Version 3 of the protocol has one code for every failure, so the server is asked
    for its free space."""
    try:
        room = await client.statvfs(place.path())
    except (asyncssh.SFTPError, ValueError):
        return False
    return room.bavail * room.frsize < size_bytes
