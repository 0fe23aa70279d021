"""The endings of one batch, written in groups. Another thread can give the batch up while a send takes too long."""

from collections.abc import Sequence
from threading import Lock
from uuid import UUID

from hub.clock import Clock
from hub.exchange.sending.batches import Batches
from hub.exchange.sending.endings import Outcome, broken_off, ending_of, stopped
from hub.store.messages.attempts import Work

_WRITE_EVERY = 20  # Endings written in one transaction. If the worker dies, at most so many sends are repeated.


class BatchEndings:
    """Each delivery of the batch ends once: as its attempt ended, or as given up."""

    def __init__(self, batches: Batches, work: Sequence[Work], token: UUID, clock: Clock) -> None:
        self._batches = batches
        self._token = token
        self._clock = clock
        self._lock = Lock()
        self._open = {item.id: item for item in work}
        self._sending: UUID | None = None
        self._unwritten: list[Outcome] = []
        self._given_up = False
        self.delivered = 0

    def begin_send(self, item: Work) -> bool:
        """Note that this delivery is being sent. False if the batch was given up: then nothing more may be sent."""
        with self._lock:
            if self._given_up:
                return False
            self._sending = item.id
            return True

    def add(self, outcome: Outcome) -> None:
        """Note how an attempt ended. After the batch was given up, this changes nothing: it ended as given up."""
        with self._lock:
            if self._given_up:
                return
            self._sending = None
            del self._open[ending_of(outcome).id]
            self._unwritten.append(outcome)
            if len(self._unwritten) >= _WRITE_EVERY:
                self._write()

    def write(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            if not self._given_up:
                self._write()

    def give_up(self) -> None:
        """The delivery that is being sent ends as broken off, and those after it as not begun."""
        with self._lock:
            if self._given_up:
                return
            self._given_up = True
            now = self._clock.now()
            for item in self._open.values():
                self._unwritten.append(broken_off(item, now) if item.id == self._sending else stopped(item, now))
            self._write()

    def _write(self) -> None:
        outcomes, self._unwritten = self._unwritten, []
        if outcomes:
            self.delivered += self._batches.end(outcomes, self._token)
