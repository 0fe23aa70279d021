"""Delivers a batch of ids that the relay claimed under one token."""

from uuid import UUID

from workers.app import DELIVER_TASK
from workers.hub_task import HubTask


class DeliverTask(HubTask):
    name = DELIVER_TASK

    def run(self, ids: list[str], token: str) -> None:
        self.process_hub.get().delivery.deliver(tuple(UUID(id) for id in ids), UUID(token), self.process_hub.stopping)
