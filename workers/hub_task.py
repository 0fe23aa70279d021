"""What every task shares: the hub of its process, and the threads that it works in."""

from collections.abc import Callable

from celery import Task

from hub.bootstrap import Hub
from hub.exchange.stopping import Stopping
from hub.telemetry.logs import Log
from workers.threads import WorkThreads


class ProcessHub:
    """Opened once in each worker process, after the fork, because connections and threads do not survive a fork."""

    def __init__(self, open_hub: Callable[[], Hub], partners_at_once: int, log: Log) -> None:
        self._open_hub = open_hub
        self._partners_at_once = partners_at_once
        self._log = log
        self._hub: Hub | None = None
        self._threads: WorkThreads | None = None
        self.stopping = Stopping()

    def get(self) -> Hub:
        if self._hub is None:
            self._hub = self._open_hub()
        return self._hub

    def threads(self) -> WorkThreads:
        if self._threads is None:
            self._threads = WorkThreads(self._partners_at_once, self.stopping, self._log)
        return self._threads


class HubTask(Task):  # type: ignore[misc]  # celery ships no types
    def __init__(self, process_hub: ProcessHub) -> None:
        super().__init__()
        self.process_hub = process_hub
