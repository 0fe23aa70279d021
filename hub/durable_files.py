"""Files that are on the disk when the function returns: the content and the name survive a crash of the machine."""

import os
import secrets
from pathlib import Path

OWNER_ONLY = 0o600
AS_USUAL = 0o666
"""As the account's umask restricts it."""


def replace_file(file: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Whoever reads meanwhile, or after a crash, sees all of the former content or all of the new."""
    fresh = _beside(file)
    try:
        _write_new(fresh, content, mode)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(file.parent)


def make_file_once(file: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Of several processes that make the file at the same moment the first one wins, and each sees all of it or
    none."""
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
    """For one process alone. Raises FileExistsError if something has that name."""
    _write_new(file, content, mode)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """A name that was given in the folder survives a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_new(file: Path, content: str | bytes, mode: int) -> None:
    """Leaves nothing if it fails half-way."""
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
