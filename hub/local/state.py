"""The state folder: everything that one hub keeps on this machine. One hub at a time uses it."""

import fcntl
import json
import os
import shutil
from pathlib import Path

from hub.durable_files import AS_USUAL, replace_file
from hub.local.failures import StateLocked, StateRefused
from hub.local.process import wait_until
from schemas.json import JsonObject

LOCK_SECONDS = 1.0  # a child that a killed holder was just starting releases it a moment later


class FolderLock:
    """One holder of a folder at a time. The kernel releases the lock when the holder dies, in any way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        return self._handle is not None

    def acquire(self) -> None:
        """Take the folder, or raise StateLocked with the holder's pid. It may be called twice."""
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
        """Make the folder if necessary and lock it. Raises StateLocked, or StateRefused if it belongs to somebody
        else."""
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
        """Return a folder of the state by name. It is made on first use, and closed to every other account."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def log(self, name: str) -> Path:
        """Return the log file of `name`."""
        return self.folder("logs") / f"{name}.log"

    def read_note(self, name: str) -> JsonObject:
        """Return the note under `name`; nothing if there is none, or none that can be read."""
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
        """Delete everything, also a database that is kept elsewhere. Raises StateLocked while a hub runs."""
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
            # If we are root, the database runs under another account, which must be able to enter; the folders inside
            # are closed.
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
