"""clock_reminder, version 1: the exchange reminds an agency of a deadline. It names no person."""

from collections.abc import Mapping
from typing import Annotated, Literal

from schemas.category import Category
from schemas.kind import MessageKind, Payload
from schemas.parts.offence import CaseMoment
from schemas.parts.part import CaseLabel, CaseText


class ClockReminder(Payload):
    """`message_id` and `reference` are those of the message that started the clock, as the owner knows it: only the
    sender of a message knows it by the sender's own reference.

    `step` says whom the owner is asked to tell of what is overdue: first the officer, then the team, the division, the
    area. `to` is the agency that waits, if the reminder is for it and not for the owner.
    """

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
    step: Annotated[Literal["officer", "team", "division", "area"], Category.CASE] | None = None
    to: CaseLabel | None = None

    def subject(self) -> str:
        return f"clock:{self.clock}:{self.message_id}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.to or self.owner,)

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": 0, "offences": 0, "results": 0, "clocks": 1}


KIND = MessageKind("clock_reminder", 1, "Reminder of a deadline", ClockReminder, reminds=True)
