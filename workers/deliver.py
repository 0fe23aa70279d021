"""Delivers batches of ids that the relay claimed, each for one recipient."""

from collections.abc import Sequence
from uuid import UUID

from workers.app import DELIVER_TASK
from workers.hub_task import HubTask


class DeliverTask(HubTask):
    name = DELIVER_TASK

    def run(
        self, ids: list[str], token: str, alone: bool = False, others: Sequence[tuple[list[str], str]] = ()
    ) -> None:
        """`others` are claims of other recipients, each as `ids` and `token`."""
        for each, under in ((ids, token), *others):
            self._begin(tuple(UUID(id) for id in each), UUID(under), alone)

    def _begin(self, claimed: tuple[UUID, ...], token: UUID, alone: bool) -> None:
        process, hub = self.process_hub, self.process_hub.get()
        threads = process.threads()
        begin = threads.begin_alone if alone else threads.begin
        if not begin(lambda over: hub.delivery.deliver(claimed, token, process.stopping, over)):
            hub.outbox.give_back(claimed, token)
