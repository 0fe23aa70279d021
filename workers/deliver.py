"""The one task: deliver a batch of ids that the relay claimed under one token."""

from collections.abc import Callable
from uuid import UUID

from celery import Task

from hub.bootstrap import Hub
from workers.app import TASK


class Deliver(Task):  # type: ignore[misc]  # celery ships no types
    """Each worker process opens its own Hub at its first batch: connections do not survive the fork."""

    name = TASK

    def __init__(self, open_hub: Callable[[], Hub]) -> None:
        super().__init__()
        self._open_hub = open_hub
        self._hub: Hub | None = None

    def run(self, ids: list[str], token: str) -> None:
        if self._hub is None:
            self._hub = self._open_hub()
        self._hub.deliver(tuple(UUID(id) for id in ids), UUID(token))
