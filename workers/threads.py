"""Runs work for several partners at the same time in one worker process, so that a slow partner blocks a thread and not
the process."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from threading import BoundedSemaphore, Lock

from hub.errors import StoreUnavailable
from hub.exchange.stopping import Stopping
from hub.telemetry.logs import Log

Over = Callable[[], bool]
_TURN_SECONDS = 2.0  # after this time a partner gives up its thread, if others wait for one
_LOOK_EVERY_SECONDS = 0.2


class WorkThreads:
    """The threads of one worker process. Create it after the fork."""

    def __init__(self, at_once: int, stopping: Stopping, log: Log) -> None:
        self._stopping = stopping
        self._log = log
        self._free = BoundedSemaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="work")
        self._lock = Lock()
        self._numbers = count()
        self._began: dict[int, float] = {}
        self._waited_for = False
        self._given_up = False

    def begin(self, work: Callable[[Over], object]) -> bool:
        """Wait until a thread is free, and begin `work` in it. The work gets a function that says whether its turn is
        over. Returns False without beginning anything, if this process is asked to stop."""
        while not self._free.acquire(timeout=_LOOK_EVERY_SECONDS):
            self._waited_for = True
            if self._stopping.asked:
                return False
        self._waited_for = False
        if self._stopping.asked:
            self._free.release()
            return False
        began, number = time.monotonic(), next(self._numbers)
        with self._lock:
            self._began[number] = began
        future = self._threads.submit(work, lambda: self._waited_for and time.monotonic() - began >= _TURN_SECONDS)
        future.add_done_callback(lambda ended: self._end(number, ended))
        return True

    def begin_alone(self, work: Callable[[Over], object]) -> bool:
        """As `begin`, but wait until nothing else runs, and return only when the work has ended. If the process dies
        meanwhile, nothing that ran beside it counts as the cause. Only one thread of a process may begin work."""
        self._waited_for = True  # Others make room.
        if not self._wait_until_idle() or not self.begin(work):
            return False
        self._wait_until_idle()
        return True

    def _wait_until_idle(self) -> bool:
        """Returns False if this process is asked to stop."""
        while not self.idle():
            if self._stopping.asked:
                return False
            time.sleep(_LOOK_EVERY_SECONDS / 10)
        return True

    def give_up(self) -> None:
        """Wait no longer for what is still running: its ending is recorded."""
        self._given_up = True

    def idle(self) -> bool:
        """Return whether nothing is running that anybody waits for."""
        with self._lock:
            return self._given_up or not self._began

    def longest_seconds(self) -> float:
        """Return how long the oldest work has taken so far."""
        with self._lock:
            return time.monotonic() - min(self._began.values()) if self._began else 0.0

    def _end(self, number: int, ended: Future[object]) -> None:
        """End a thread. If the work failed, what it had leased is due again when its lease ends."""
        with self._lock:
            del self._began[number]
        self._free.release()
        error = ended.exception()
        if isinstance(error, StoreUnavailable):
            self._log.warning("store.away", error=error)
        elif error is not None:
            self._log.error("work.unexpected", error=error)
