"""clock_reminder, version 1: the exchange reminds an agency of a deadline. It names no person."""

from collections.abc import Mapping
from typing import Annotated

from schemas.category import Category
from schemas.kind import MessageKind, Payload
from schemas.parts.offence import CaseMoment
from schemas.parts.part import CaseLabel, CaseText


class ClockReminder(Payload):
    """`message_id` and `reference` are those of the message that started the clock, as the owner knows it: only the
    sender of a message knows it by the sender's own reference."""

    clock: CaseLabel
    due_at: CaseMoment
    overdue: Annotated[bool, Category.CASE]
    why: CaseText
    owner: CaseLabel
    toward: CaseLabel | None = None
    message_id: CaseLabel
    reference: CaseLabel
    sender: CaseLabel
    kind: CaseLabel | None = None
    started_at: CaseMoment | None = None

    def subject(self) -> str:
        return f"clock:{self.clock}:{self.message_id}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.owner,)

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": 0, "offences": 0, "results": 0, "clocks": 1}


KIND = MessageKind("clock_reminder", 1, "Reminder of a deadline", ClockReminder, reminds=True)
