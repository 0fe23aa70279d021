"""Looks for the people of waiting records. Linkage takes seconds, so it is not part of accepting."""

from workers.app import LINK_TASK
from workers.hub_task import HubTask


class LinkTask(HubTask):
    name = LINK_TASK

    def run(self) -> None:
        self.process_hub.get().linking.run()
