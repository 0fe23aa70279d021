"""Looks into the inbox of one agency and receives the files in it."""

from workers.app import COLLECT_TASK
from workers.hub_task import HubTask


class CollectTask(HubTask):
    name = COLLECT_TASK

    def run(self, agency: str) -> None:
        process, hub = self.process_hub, self.process_hub.get()
        process.threads().begin(lambda _: hub.collection.collect(agency, process.stopping))
