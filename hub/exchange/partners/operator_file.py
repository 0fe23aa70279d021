"""A file of the operator that running processes follow. They load a change within seconds, but never a faulty one."""

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
    """The content of the file. If the file cannot be used, the earlier content stays, and the log says so."""

    def __init__(self, file: Path, load: Callable[[Path], Content], log: Log) -> None:
        """Raises what `load` raises, because a process must not start with a faulty file."""
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
        """A mark that changes when the file is written in place, and when a new file replaces it."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
