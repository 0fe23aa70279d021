"""A file of the operator that running processes follow: a change counts within seconds, and a broken one never does."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from hub.errors import SettingsWrong
from hub.telemetry.logs import Log

Content = TypeVar("Content")
_LOOK_EVERY_SECONDS = 1.0


class OperatorFile(Generic[Content]):
    """What the file says. A file that cannot be used leaves the content that was read before, and the log says so."""

    def __init__(self, file: Path, load: Callable[[Path], Content], log: Log) -> None:
        """Raises what `load` raises: a process does not start with a broken file."""
        self._file = file
        self._load = load
        self._log = log
        self._lock = threading.Lock()
        self._seen = self._mark()
        self._looked_at = time.monotonic()
        self._content = load(file)

    def current(self) -> Content:
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._looked_at = now
                self._look()
            finally:
                self._lock.release()
        return self._content

    def _look(self) -> None:
        mark = self._mark()
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self._content = self._load(self._file)
        except SettingsWrong as wrong:
            self._log.error("file.not_taken", file=self._file.name, code=wrong.code, problem=wrong.problem)
        else:
            self._log.info("file.taken", file=self._file.name)

    def _mark(self) -> tuple[int, int, int] | None:
        """Changes with every way of writing a file: in place, or as a new one under its name."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
