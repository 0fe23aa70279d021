"""Places each message as a file in the recipient's folder: whole or not at all, and never beside it."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from adapters.carriage import TransportSettings, read_settings, refuse_unfit, setting_problem, settings_problems
from adapters.contract import CannotDeliver, Capabilities, Endpoint, Parcel, Receipt, Transport
from schemas.problem import Problem

FILE_MODE = 0o640  # personal data: the recipient's group may read it, the rest of the machine may not

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
    "folder.full": "the folder's file system has no room",
    "folder.missing": "the folder is not there",
    "folder.denied": "the folder may not be written to",
    "folder.link": "the path leads through a symbolic link",
    "folder.failed": "the file could not be written",
}


class FolderSettings(TransportSettings):
    path: Path

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        if not path.is_absolute() or ".." in path.parts:
            words = "is not an absolute path, or has .. in it"
            raise PydanticCustomError("settings.path", words, {"cure": "write the whole path, from /"})
        return path


class Folder:
    name = "folder"
    capabilities = Capabilities(ordered=False, receipts=False, size_bytes_max=200_000_000)

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        found = settings_problems(FolderSettings, endpoint)
        if found:
            return found
        try:
            with _opened(read_settings(FolderSettings, endpoint).path) as folder:
                _writable(folder)
        except OSError as error:
            failure = _undelivered(error)
            cure = "create the folder, and let the hub's user write there; name its real place, not a link"
            return (setting_problem(endpoint, "setting path", failure.code, failure.problem, cure),)
        return ()

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """The receipt proves nothing: nobody has answered. Its words name the file."""
        refuse_unfit(parcel, self.capabilities)
        path = read_settings(FolderSettings, endpoint).path
        name = f"{parcel.kind}-{parcel.message_id}{parcel.encoded.file_suffix}"
        try:
            with _opened(path) as folder:
                _place(folder, name, parcel.encoded.body)
        except OSError as error:
            raise _undelivered(error) from None
        return Receipt(proved=False, received_at=None, words={"file": name})

    def close(self) -> None:
        """Nothing is kept between calls."""


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The folder, held open, so that what is written lands in the folder that was checked.

    A link on the way to it is refused: whoever can move the link could lead personal data elsewhere.
    """
    if os.path.realpath(path) != str(path):
        raise OSError(errno.ELOOP, "symbolic link")
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield folder
    finally:
        os.close(folder)


def _writable(folder: int) -> None:
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=True):
        raise OSError(errno.EACCES, "not writable")


def _place(folder: int, name: str, body: bytes) -> None:
    """Whoever looks sees the old file or the new one. The part's name is new each time: two attempts at the same
    message never write into one another, and a link put there beforehand is not followed."""
    part = f"{name}.{secrets.token_hex(8)}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):  # the first failure is the one to tell
            os.unlink(part, dir_fd=folder)
        raise
    os.fsync(folder)


def _undelivered(error: OSError) -> CannotDeliver:
    code = _CODES.get(error.errno or 0, "folder.failed")
    return CannotDeliver(code, _WORDS[code], retryable=True, partner_down=True)


def transport() -> Transport:
    return Folder()
