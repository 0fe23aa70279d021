"""Tells agencies' systems later what became of their documents."""

from workers.app import ANSWER_TASK
from workers.hub_task import HubTask


class AnswerTask(HubTask):
    name = ANSWER_TASK

    def run(self) -> None:
        self.process_hub.get().later_answers.run()
