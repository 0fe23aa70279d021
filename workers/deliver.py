"""Delivers a batch of ids that the relay claimed under one token."""

from uuid import UUID

from workers.app import DELIVER_TASK
from workers.hub_task import HubTask


class DeliverTask(HubTask):
    name = DELIVER_TASK

    def run(self, ids: list[str], token: str, alone: bool = False) -> None:
        process, hub = self.process_hub, self.process_hub.get()
        claimed, under = tuple(UUID(id) for id in ids), UUID(token)
        threads = process.threads()
        begin = threads.begin_alone if alone else threads.begin
        if not begin(lambda over: hub.delivery.deliver(claimed, under, process.stopping, over)):
            hub.outbox.give_back(claimed, under)
