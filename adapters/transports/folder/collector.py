"""Collects the files that an agency leaves in a folder. It reads them in place and moves them away after they were
answered."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from adapters.carriage.inbox import (
    ARCHIVE,
    DONE,
    REASONS,
    REFUSED,
    Entry,
    EntryKind,
    InboxSettings,
    free_names,
    listing,
    read_inbox,
)
from adapters.carriage.settings import WholePath, settings_problems
from adapters.contract import CannotCollect, FoundFile, Inbox, Listing, Pace
from adapters.transports.folder.files import explain, folder_problems, opened, place
from schemas.problem import Problem

_FOLDER_MODE = 0o750
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a fifo in the place of the file must not block us


class FolderInbox(InboxSettings):
    path: WholePath


class FolderCollector:
    name = "folder"

    def check(self, inbox: Inbox) -> tuple[Problem, ...]:
        found = settings_problems(FolderInbox, inbox)
        return found or folder_problems(inbox, read_inbox(FolderInbox, inbox).path)

    def pace(self, inbox: Inbox) -> Pace:
        return read_inbox(FolderInbox, inbox).pace

    def list(self, inbox: Inbox) -> Listing:
        settings = read_inbox(FolderInbox, inbox)
        with _reached(settings.path) as folder:
            return listing(_entries(folder), done_marker=settings.done_marker)

    def read(self, inbox: Inbox, file: FoundFile) -> bytes | None:
        with _reached(read_inbox(FolderInbox, inbox).path) as folder:
            try:
                handle = os.open(file.name, _FILE, dir_fd=folder)
            except OSError:
                return None  # the file was withdrawn, or something else is in its place
            with os.fdopen(handle, "rb") as source:
                body = source.read(file.size_bytes + 1)
                same = _is(os.fstat(handle), file) and len(body) == file.size_bytes
        return body if same else None

    def archive(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes | None) -> None:
        self._move(inbox, file, (ARCHIVE, on.isoformat()), reasons)

    def refuse(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes) -> None:
        self._move(inbox, file, (REFUSED, on.isoformat()), reasons)

    def close(self) -> None:
        """Nothing is kept between calls, so there is nothing to close."""

    def _move(self, inbox: Inbox, file: FoundFile, to: tuple[str, str], reasons: bytes | None) -> None:
        with _reached(read_inbox(FolderInbox, inbox).path) as source, _made(source, to) as target:
            if not _stands(source, file):
                return
            name = next(name for name in free_names(file.name) if not _exists(target, name))
            if reasons is not None:  # write the reasons first, so that a moved file always has them
                place(target, name + REASONS, reasons)
            os.rename(file.name, name, src_dir_fd=source, dst_dir_fd=target)
            if not _is(os.stat(name, dir_fd=target, follow_symlinks=False), file):
                _put_back(source, target, name, file.name)
                return
            os.fsync(target)
            if file.marked:
                with suppress(FileNotFoundError):
                    os.unlink(file.name + DONE, dir_fd=source)
            os.fsync(source)


@contextmanager
def _reached(path: Path) -> Iterator[int]:
    try:
        with opened(path) as folder:
            yield folder
    except OSError as error:
        raise CannotCollect(*explain(error)) from None


@contextmanager
def _made(parent: int, names: tuple[str, ...]) -> Iterator[int]:
    """Open a folder below, and create it if it is missing. A link in its place is refused."""
    folder = os.dup(parent)
    try:
        for name in names:
            with suppress(FileExistsError):
                os.mkdir(name, _FOLDER_MODE, dir_fd=folder)
            inner = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _entries(folder: int) -> list[Entry]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):  # the file has gone meanwhile
                status = entry.stat(follow_symlinks=False)
                found.append(Entry(entry.name, _kind(status.st_mode), status.st_size, status.st_mtime_ns))
    return found


def _kind(mode: int) -> EntryKind:
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "special"


def _is(status: os.stat_result, file: FoundFile) -> bool:
    return stat.S_ISREG(status.st_mode) and (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified)


def _stands(folder: int, file: FoundFile) -> bool:
    try:
        return _is(os.stat(file.name, dir_fd=folder, follow_symlinks=False), file)
    except FileNotFoundError:
        return False


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _put_back(source: int, target: int, name: str, wanted: str) -> None:
    """Put back a file that its sender replaced at the last moment. The moved file has not been read, so it is collected
    anew."""
    free = next(free for free in free_names(wanted) if not _exists(source, free))
    os.rename(name, free, src_dir_fd=target, dst_dir_fd=source)
    with suppress(FileNotFoundError):
        os.unlink(name + REASONS, dir_fd=target)
