"""Does calls that arrive together in one piece of work. A call that is alone waits for nobody: its work begins at once,
and what arrives meanwhile is done together next."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Call = TypeVar("Call")
Result = TypeVar("Result")


_Ended = tuple["asyncio.Future[Result]", Result | Exception]


class _Asked(Generic[Result]):
    """A call that an event loop waits for."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Result] = self.loop.create_future()


class Together(Generic[Call, Result]):
    """`work` returns one result for each call, in the same order; an exception as a result is raised for that call.
    What `work` raises is raised for all of them. It runs in one thread, which begins with the first call."""

    def __init__(self, work: Callable[[Sequence[Call]], Sequence[Result | Exception]], at_most: int, name: str) -> None:
        self._work = work
        self._at_most = at_most
        self._lock = Lock()
        self._waiting: deque[tuple[Call, Future[Result] | _Asked[Result]]] = deque()
        self._working = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    def submit(self, call: Call) -> Future[Result]:
        done: Future[Result] = Future()
        self._add(call, done)
        return done

    def ask(self, call: Call) -> "asyncio.Future[Result]":
        """The same for the event loop that runs. It is woken once for all calls that are done together."""
        asked = _Asked[Result]()
        self._add(call, asked)
        return asked.future

    def _add(self, call: Call, done: Future[Result] | _Asked[Result]) -> None:
        with self._lock:
            self._waiting.append((call, done))
            if self._working:
                return
            self._working = True
        self._thread.submit(self._run)

    def _run(self) -> None:
        while batch := self._next():
            try:
                results = self._work([call for call, _ in batch])
            except Exception as error:  # noqa: BLE001 - whoever waits gets it
                results = [error] * len(batch)
            by_loop: dict[asyncio.AbstractEventLoop, list[_Ended[Result]]] = {}
            for (_, done), result in zip(batch, results, strict=True):
                if isinstance(done, _Asked):
                    by_loop.setdefault(done.loop, []).append((done.future, result))
                elif isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)
            for loop, ended in by_loop.items():
                if not loop.is_closed():
                    loop.call_soon_threadsafe(_tell, ended)

    def _next(self) -> list[tuple[Call, Future[Result] | _Asked[Result]]]:
        """The next calls that somebody still waits for; empty if there are none, and then nothing runs any more."""
        batch: list[tuple[Call, Future[Result] | _Asked[Result]]] = []
        with self._lock:
            while self._waiting and len(batch) < self._at_most:
                call, done = self._waiting.popleft()
                if not done.future.cancelled() if isinstance(done, _Asked) else done.set_running_or_notify_cancel():
                    batch.append((call, done))
            self._working = bool(batch)
        return batch


def _tell(ended: Iterable[_Ended[Result]]) -> None:
    for future, result in ended:
        if future.done():  # whoever asked waits no longer
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
