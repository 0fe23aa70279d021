"""mailbox_notice, version 1: the exchange tells that messages lie in a mailbox for long. It names no person."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.kind import MessageKind, Payload
from schemas.parts.offence import CaseDate
from schemas.parts.part import CaseLabel, CaseText


class MailboxNotice(Payload):
    """`owner` is whose mailbox it is, and `told` who receives the notice: the owner, or somebody whose messages lie
    there. `messages` counts those that the notice is about: all of them for the owner, and its own for a sender.
    `since` is the day of the oldest of these. `advice` says what to do."""

    owner: CaseLabel
    told: CaseLabel
    messages: Annotated[int, Field(ge=1), Category.CASE]
    since: CaseDate
    advice: CaseText | None = None

    def subject(self) -> str:
        return f"mailbox:{self.owner}:{self.told}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.told,)

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": 0, "offences": 0, "results": 0}


KIND = MessageKind("mailbox_notice", 1, "Notice about a mailbox", MailboxNotice, tells_of_mailboxes=True)
