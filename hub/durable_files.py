"""Files that are on the disk when the function returns: the content and the name survive a crash of the
machine. And how much room the disk has for them."""

import os
import secrets
import shutil
from pathlib import Path

OWNER_ONLY = 0o600
AS_USUAL = 0o666
"""The permissions that the account's umask allows."""


def free_bytes(folder: Path) -> int:
    """The free bytes of the disk that holds the folder, or will hold it."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def replace_file(file: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Replace a file. A reader sees all of the old content or all of the new, even after a crash."""
    fresh = _beside(file)
    try:
        _write_new(fresh, content, mode)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(file.parent)


def make_file_once(file: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Make a file once. If several processes make it at the same moment, the first one wins, and each reads the whole
    file or none."""
    fresh = _beside(file)
    try:
        _write_new(fresh, content, mode)
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(file.parent)


def make_file(file: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Make a file, for a single process. Raises FileExistsError if something has that name."""
    _write_new(file, content, mode)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Flush the folder, so that a new name in it survives a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_new(file: Path, content: str | bytes, mode: int) -> None:
    """Write a new file. If it fails half-way, nothing is left."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        file.unlink()
        raise


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.{secrets.token_hex(4)}")
