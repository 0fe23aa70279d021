"""A request to stop in the middle of work. No new work begins, and a send that takes too long is interrupted."""

from collections.abc import Iterator
from contextlib import contextmanager


class BrokenOff(BaseException):  # It is no Exception, so that a transport does not treat it as its own failure.
    """Raised inside a send. Nobody knows whether the message arrived, so it is sent again under the same id."""


class Stopping:
    """Each worker process has one. `ask` and `break_off` are for the signal handlers of its main thread."""

    def __init__(self) -> None:
        self.asked = False
        self._over = False
        self._sending = False

    def ask(self) -> None:
        """Ask the work to begin nothing new, and to end soon."""
        self.asked = True

    def break_off(self) -> None:
        """The time is over. Raises BrokenOff in the middle of a send, or else at the beginning of the next."""
        self._over = True
        if self._sending:
            raise BrokenOff

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Marks the part of the work that may be interrupted."""
        self._sending = True
        try:
            if self._over:
                raise BrokenOff
            yield
        finally:
            self._sending = False
