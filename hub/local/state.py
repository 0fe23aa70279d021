"""The state folder: all that one hub keeps on this machine, held by one hub at a time."""

import fcntl
import json
import os
import shutil
from pathlib import Path

from hub.durable_files import AS_USUAL, replace_file
from hub.local.failures import StateLocked, StateRefused
from hub.local.process import wait_until
from schemas.json import JsonObject

LOCK_SECONDS = 1.0  # a child that a killed holder was just starting lets go a moment later


class FolderLock:
    """One holder of a folder at a time; the kernel lets go when the holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        return self._handle is not None

    def acquire(self) -> None:
        """Take the folder, or raise StateLocked with the holder's pid. Taking it twice is the same as once."""
        if self._handle is not None:
            return
        handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not wait_until(lambda: _flock(handle), LOCK_SECONDS):
                holder = os.pread(handle, 20, 0)
                os.close(handle)
                raise StateLocked(str(self._folder), int(holder) if holder.isdigit() else None)
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        except OSError as error:
            os.close(handle)
            raise StateRefused(
                "state.unlockable",
                f"The file system of {self._folder} cannot lock a file ({error.strerror}).",
                "Choose a state folder on a local disk (HUB_STATE_DIR).",
            ) from error
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class StateFolder:
    """The data, logs and notes of one hub below `path`, private to the account that made them."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock = FolderLock(self.path)

    def lock(self) -> None:
        """Make the folder if need be and hold it. Raises StateLocked, or StateRefused when it is someone else's."""
        try:
            self._make()
        except OSError as error:
            raise StateRefused(
                "state.unusable",
                f"The state folder {self.path} cannot be made or read ({error.strerror}).",
                "Choose a folder that this account may write to (HUB_STATE_DIR).",
            ) from error
        self._lock.acquire()

    def unlock(self) -> None:
        self._lock.release()

    def folder(self, name: str) -> Path:
        """A folder of the state by name, made on first use, closed to every other account."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def log(self, name: str) -> Path:
        """Where `name` logs, to be appended to."""
        return self.folder("logs") / f"{name}.log"

    def read_note(self, name: str) -> JsonObject:
        """What was noted under `name`; nothing when there is no such note, or none that can be read."""
        try:
            note = json.loads((self.path / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def write_note(self, name: str, note: JsonObject) -> None:
        replace_file(self.path / f"{name}.json", json.dumps(note, indent=1), mode=AS_USUAL)

    def drop_note(self, name: str) -> None:
        (self.path / f"{name}.json").unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete everything for good, a database kept elsewhere included. Raises StateLocked while a hub runs."""
        if not self.path.exists():
            return
        self.lock()
        try:
            home = self.read_note("postgres").get("home")
            if home:
                shutil.rmtree(home, ignore_errors=True)
            shutil.rmtree(self.path)
        finally:
            self.unlock()

    def _make(self) -> None:
        root = os.geteuid() == 0
        if not self.path.exists():
            self.path.mkdir(parents=True)
            # As root the database runs under another account, which must pass through; what lies inside is closed.
            self.path.chmod(0o711 if root else 0o700)
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise StateRefused(
                "state.not_ours",
                f"The state folder {self.path} belongs to user id {owner}, and this hub runs as {os.geteuid()}.",
                "Run the hub as that user, or choose another state folder (HUB_STATE_DIR).",
            )


def _flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
