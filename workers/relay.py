"""The relay publishes due deliveries from PostgreSQL to the queue, and runs the sweep. It keeps trying while the broker
is away."""

import time
from collections.abc import Callable, Sequence
from itertools import chain

from celery import Celery
from kombu.exceptions import OperationalError

from hub.bootstrap import Hub
from hub.errors import StoreUnavailable
from hub.exchange.due.sweep import SweepFailed
from hub.store.messages.claims import Claimed
from hub.store.messages.deliveries import WAKE_CHANNEL
from hub.telemetry.logs import Log
from workers.app import ANSWER_TASK, COLLECT_TASK, DELIVER_TASK, LINK_TASK, QUEUE

_PAUSE_SECONDS_MAX = 5.0
_TOGETHER_SECONDS = 0.025
_CLAIMS_IN_A_TASK = 4


class Relay:
    def __init__(self, hub: Hub, app: Celery, log: Log, queue: str = QUEUE) -> None:
        self._hub = hub
        self._app = app
        self._log = log
        self._queue = queue
        self._next_sweep = 0.0
        self._pause_seconds = 0.0

    def run(self, stopping: Callable[[], bool]) -> None:
        while not stopping():
            try:
                with self._hub.store.listening(WAKE_CHANNEL) as wake:
                    self._pause_seconds = 0.0
                    while not stopping():
                        self._sweep_if_time()
                        self.publish_collections()
                        began = time.monotonic()
                        if self.publish_due():
                            # what becomes due meanwhile is claimed together; whoever comes first waits for nobody
                            time.sleep(max(0.0, began + _TOGETHER_SECONDS - time.monotonic()))
                        else:
                            idle = self._hub.settings.relay_idle_seconds
                            for _ in wake.notifies(timeout=idle, stop_after=1):
                                pass
            except StoreUnavailable as error:
                self._pause("store.away", error)

    def publish_due(self) -> int:
        """Claim the deliveries that are due and publish them. Returns how many went to the queue."""
        published = 0
        claims = self._hub.outbox.claim()
        tasks = _in_tasks(claims, self._hub.settings.worker_processes)
        for number, task in enumerate(tasks):
            try:
                self._publish(task)
            except (OperationalError, ConnectionError) as error:
                for unpublished in chain.from_iterable(tasks[number:]):
                    self._hub.outbox.give_back(unpublished.ids, unpublished.token)
                self._pause("broker.away", error)
                return published
            published += sum(len(claimed.ids) for claimed in task)
            self._pause_seconds = 0.0
        return published

    def _publish(self, task: Sequence[Claimed]) -> None:
        (ids, token), *others = ([[str(id) for id in claimed.ids], str(claimed.token)] for claimed in task)
        given = {"alone": True} if task[0].alone else {"others": others} if others else {}
        self._app.send_task(DELIVER_TASK, args=[ids, token], kwargs=given, queue=self._queue)

    def _sweep_if_time(self) -> None:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + self._hub.settings.sweep_every_seconds
            done = self._swept()
            if any(done.values()):
                self._log.info("sweep", **done)
            if self._hub.linking.waiting():
                self._wake(LINK_TASK)
            if self._hub.later_answers.waiting():
                self._wake(ANSWER_TASK)

    def _swept(self) -> dict[str, int]:
        """Run the sweep. A step that fails is reported at every sweep, and stops no delivery."""
        try:
            return self._hub.sweep.run({"alerts": self._hub.watching.step})
        except SweepFailed as failed:
            for step, error in failed.errors.items():
                self._log.error("sweep.failed", step=step, error=error)
            return failed.done

    def publish_collections(self) -> None:
        """Publish the inboxes that are due."""
        for agency in self._hub.collection.claim_due():
            self._wake(COLLECT_TASK, agency)

    def _wake(self, task: str, *about: str) -> None:
        """Publish a task that finds its own work. If it is lost, it is published again at its next time."""
        try:
            self._app.send_task(task, args=list(about), queue=self._queue)
        except (OperationalError, ConnectionError) as error:
            self._log.warning("broker.away", error=error)

    def _pause(self, what: str, error: Exception) -> None:
        self._pause_seconds = min(max(0.1, self._pause_seconds * 2), _PAUSE_SECONDS_MAX)
        self._log.warning(what, error=error, pause_seconds=self._pause_seconds)
        time.sleep(self._pause_seconds)


def _in_tasks(claims: Sequence[Claimed], processes: int) -> list[list[Claimed]]:
    """A few claims in each task, and tasks for every process of a worker. What must be tried alone has its own task."""
    alone = [[claimed] for claimed in claims if claimed.alone]
    others = [claimed for claimed in claims if not claimed.alone]
    tasks = max(min(processes, len(others)), -(-len(others) // _CLAIMS_IN_A_TASK))
    return [others[number::tasks] for number in range(tasks)] + alone
