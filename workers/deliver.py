"""The one task: deliver a batch of ids that the relay claimed under one token."""

from collections.abc import Callable
from uuid import UUID

from celery import Task

from hub.bootstrap import Hub
from workers.app import TASK


class Deliver(Task):  # type: ignore[misc]  # celery ships no types
    """Each worker process opens its own Hub: connections do not survive the fork."""

    name = TASK

    def __init__(self, open_hub: Callable[[], Hub]) -> None:
        super().__init__()
        self._open_hub = open_hub
        self._hub: Hub | None = None

    def open(self) -> Hub:
        """The hub of this process; called when the process starts, so that the first batch need not wait."""
        if self._hub is None:
            self._hub = self._open_hub()
        return self._hub

    def run(self, ids: list[str], token: str) -> None:
        self.open().deliver(tuple(UUID(id) for id in ids), UUID(token))
