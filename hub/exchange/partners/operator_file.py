"""A file of the operator that running processes follow. They load a change within seconds, but never a faulty one.

It is read when it is first asked for, because most commands need none. A process that serves asks at its start.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from hub.errors import SettingsWrong
from hub.telemetry.logs import Log

Content = TypeVar("Content")
_LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Taken(Generic[Content]):
    content: Content


class OperatorFile(Generic[Content]):
    """The content of the file. If the file cannot be used, the earlier content stays, and the log says so."""

    def __init__(self, file: Path, load: Callable[[Path], Content], log: Log) -> None:
        self._file = file
        self._load = load
        self._log = log
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._looked_at = 0.0
        self._taken: _Taken[Content] | None = None

    def current(self) -> Content:
        """While the file has never been read it raises what `load` raises: no process starts with a faulty file."""
        taken = self._taken or self._first()
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._looked_at = now
                taken = self._look(taken)
            finally:
                self._lock.release()
        return taken.content

    def _first(self) -> _Taken[Content]:
        with self._lock:
            if self._taken is None:
                self._seen, self._looked_at = self._mark(), time.monotonic()
                self._taken = _Taken(self._load(self._file))
            return self._taken

    def _look(self, taken: _Taken[Content]) -> _Taken[Content]:
        mark = self._mark()
        if mark == self._seen:
            return taken
        self._seen = mark
        try:
            taken = self._taken = _Taken(self._load(self._file))
        except SettingsWrong as wrong:
            self._log.error("file.not_taken", file=self._file.name, code=wrong.code, problem=wrong.problem)
        else:
            self._log.info("file.taken", file=self._file.name)
        return taken

    def _mark(self) -> tuple[int, int, int] | None:
        """A mark that changes when the file is written in place, and when a new file replaces it."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
