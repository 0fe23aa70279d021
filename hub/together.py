"""Does calls that arrive together in one piece of work. A call that is alone waits for nobody: its work begins at once,
and what arrives meanwhile is done together next."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Call = TypeVar("Call")
Result = TypeVar("Result")


class Together(Generic[Call, Result]):
    """`work` returns one result for each call, in the same order; an exception as a result is raised for that call.
    What `work` raises is raised for all of them. It runs in one thread, which begins with the first call."""

    def __init__(self, work: Callable[[Sequence[Call]], Sequence[Result | Exception]], at_most: int, name: str) -> None:
        self._work = work
        self._at_most = at_most
        self._lock = Lock()
        self._waiting: deque[tuple[Call, Future[Result]]] = deque()
        self._working = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    def submit(self, call: Call) -> Future[Result]:
        done: Future[Result] = Future()
        with self._lock:
            self._waiting.append((call, done))
            if self._working:
                return done
            self._working = True
        self._thread.submit(self._run)
        return done

    def _run(self) -> None:
        while batch := self._next():
            try:
                results = self._work([call for call, _ in batch])
            except Exception as error:  # noqa: BLE001 - whoever waits gets it
                results = [error] * len(batch)
            for (_, done), result in zip(batch, results, strict=True):
                if isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)

    def _next(self) -> list[tuple[Call, Future[Result]]]:
        """The next calls that somebody still waits for; empty if there are none, and then nothing runs any more."""
        batch: list[tuple[Call, Future[Result]]] = []
        with self._lock:
            while self._waiting and len(batch) < self._at_most:
                call, done = self._waiting.popleft()
                if done.set_running_or_notify_cancel():
                    batch.append((call, done))
            self._working = bool(batch)
        return batch
