"""A request to stop in the middle of work. No new work begins, and work that takes too long is given up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

GiveUp = Callable[[], None]


class Stopping:
    """Each worker process has one, for all its threads."""

    def __init__(self) -> None:
        self.asked = False
        self._lock = Lock()
        self._over = False
        self._at_work: dict[int, GiveUp] = {}

    def ask(self) -> None:
        """Ask the work to begin nothing new, and to end soon. A signal handler may call it."""
        self.asked = True

    def left_over(self) -> tuple[GiveUp, ...]:
        """The time is over: what to call for each piece of work that has not ended. Not for a signal handler."""
        self.asked = True
        with self._lock:
            self._over = True
            return tuple(self._at_work.values())

    @contextmanager
    def at_work(self, give_up: GiveUp) -> Iterator[None]:
        """Marks work that another thread may give up by calling `give_up`."""
        with self._lock:
            too_late = self._over
            self._at_work[id(give_up)] = give_up
        try:
            if too_late:
                give_up()
            yield
        finally:
            with self._lock:
                del self._at_work[id(give_up)]
