"""The relay publishes due deliveries from PostgreSQL to the queue, and runs the sweep. It keeps trying while the broker
is away."""

import time
from collections.abc import Callable

from celery import Celery
from kombu.exceptions import OperationalError

from hub.bootstrap import Hub
from hub.errors import StoreUnavailable
from hub.exchange.due.sweep import SweepFailed
from hub.store.messages.claims import Claimed
from hub.store.messages.deliveries import WAKE_CHANNEL
from hub.telemetry.logs import Log
from workers.app import COLLECT_TASK, DELIVER_TASK, LINK_TASK, QUEUE

_PAUSE_SECONDS_MAX = 5.0


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
                        if not self.publish_due():
                            idle = self._hub.settings.relay_idle_seconds
                            for _ in wake.notifies(timeout=idle, stop_after=1):
                                pass
            except StoreUnavailable as error:
                self._pause("store.away", error)

    def publish_due(self) -> int:
        """Claim the deliveries that are due and publish them. Returns how many went to the queue."""
        published = 0
        claims = self._hub.outbox.claim()
        for number, claimed in enumerate(claims):
            try:
                self._publish(claimed)
            except (OperationalError, ConnectionError) as error:
                for unpublished in claims[number:]:
                    self._hub.outbox.give_back(unpublished.ids, unpublished.token)
                self._pause("broker.away", error)
                return published
            published += len(claimed.ids)
            self._pause_seconds = 0.0
        return published

    def _publish(self, claimed: Claimed) -> None:
        ids, alone = [str(id) for id in claimed.ids], {"alone": True} if claimed.alone else {}
        self._app.send_task(DELIVER_TASK, args=[ids, str(claimed.token)], kwargs=alone, queue=self._queue)

    def _sweep_if_time(self) -> None:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + self._hub.settings.sweep_every_seconds
            done = self._swept()
            if any(done.values()):
                self._log.info("sweep", **done)
            if self._hub.linking.waiting():
                self._wake(LINK_TASK)

    def _swept(self) -> dict[str, int]:
        """Run the sweep. A step that fails is reported at every sweep, and stops no delivery."""
        try:
            return self._hub.sweep.run()
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
