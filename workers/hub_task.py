"""What every task shares: the hub of its process."""

from collections.abc import Callable

from celery import Task

from hub.bootstrap import Hub
from hub.exchange.stopping import Stopping


class ProcessHub:
    """Opened once in each worker process, after the fork, because connections do not survive a fork."""

    def __init__(self, open_hub: Callable[[], Hub]) -> None:
        self._open_hub = open_hub
        self._hub: Hub | None = None
        self.stopping = Stopping()

    def get(self) -> Hub:
        if self._hub is None:
            self._hub = self._open_hub()
        return self._hub


class HubTask(Task):  # type: ignore[misc]  # celery ships no types
    def __init__(self, process_hub: ProcessHub) -> None:
        super().__init__()
        self.process_hub = process_hub
