"""Being told to stop in the middle of work: nothing new is begun, and a send that takes too long is broken off."""

from collections.abc import Iterator
from contextlib import contextmanager


class BrokenOff(BaseException):  # no Exception: a transport takes it for no failure of its own
    """Raised into a send. Whether it arrived is not known: it is sent again under the same id."""


class Stopping:
    """One for each worker process. `ask` and `break_off` are for the signal handlers of its main thread."""

    def __init__(self) -> None:
        self.asked = False
        self._over = False
        self._sending = False

    def ask(self) -> None:
        """Begin nothing new, and end soon."""
        self.asked = True

    def break_off(self) -> None:
        """The time is over. Raises BrokenOff in the middle of a send, and otherwise at the beginning of the next."""
        self._over = True
        if self._sending:
            raise BrokenOff

    @contextmanager
    def sending(self) -> Iterator[None]:
        """What may be broken off."""
        self._sending = True
        try:
            if self._over:
                raise BrokenOff
            yield
        finally:
            self._sending = False
