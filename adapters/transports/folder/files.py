"""Writes complete files into a folder that is held open, and explains failures."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.carriage.settings import setting_problem
from adapters.contract import Endpoint, Inbox
from schemas.problem import Problem

FILE_MODE = 0o640  # personal data: the recipient's group may read it, other users of the machine may not

_CODES = {
    errno.ENOSPC: "folder.full",
    errno.EDQUOT: "folder.full",
    errno.ENOENT: "folder.missing",
    errno.ENOTDIR: "folder.missing",
    errno.ESTALE: "folder.missing",
    errno.EACCES: "folder.denied",
    errno.EPERM: "folder.denied",
    errno.EROFS: "folder.denied",
    errno.ELOOP: "folder.link",
}
_WORDS = {
    "folder.full": "the disk of the folder is full",
    "folder.missing": "the folder does not exist",
    "folder.denied": "the exchange may not write to the folder",
    "folder.link": "the path goes through a symbolic link",
    "folder.failed": "the disk failed",
}
_CURE = "create the folder, and let the hub's user write there; give its real path, not a link"


def explain(error: OSError) -> tuple[str, str]:
    """Return (code, words). The words are ours, because those of the error contain the path."""
    code = _CODES.get(error.errno or 0, "folder.failed")
    return code, _WORDS[code]


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Hold the folder open, so that files are written to the folder that was checked.

    A link in the path is refused, because whoever can change the link could redirect personal data.
    """
    if os.path.realpath(path) != str(path):
        raise OSError(errno.ELOOP, "symbolic link")
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield folder
    finally:
        os.close(folder)


def refuse_unwritable(folder: int) -> None:
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=True):
        raise OSError(errno.EACCES, "not writable")


def folder_problems(place: Endpoint | Inbox, path: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the folder that the settings name."""
    try:
        with opened(path) as folder:
            refuse_unwritable(folder)
    except OSError as error:
        code, problem = explain(error)
        return (setting_problem(place, "setting path", code, problem, _CURE),)
    return ()


def place(folder: int, name: str, body: bytes) -> None:
    """Write a file so that a reader sees either the old or the new one, complete.

    The temporary file has a new name each time. So two attempts at the same message never write into the same file, and
    a link that somebody put there is not followed.
    """
    part = f"{name}.{secrets.token_hex(8)}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):  # report the first failure
            os.unlink(part, dir_fd=folder)
        raise
    os.fsync(folder)
