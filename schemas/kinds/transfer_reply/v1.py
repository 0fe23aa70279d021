"""transfer_reply, version 1: the receiving area accepts or refuses a transfer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from schemas.category import Category
from schemas.fields import Crn
from schemas.kind import ClockStop, Keeping, Matter, MessageKind, Payload, SaidBy, StopAt, TakeOver, Target
from schemas.parts.offence import CaseDate, CaseMoment
from schemas.parts.part import CaseLabel, CaseText, StaffText
from schemas.parts.person import Defendant
from schemas.parts.supervision import SupervisionChange, SupervisionEnd

LONDON = ZoneInfo("Europe/London")


class TransferReply(Payload):
    transfer_reference: CaseLabel
    to_area: CaseLabel
    decision: Annotated[Literal["accepted", "refused"], Category.CASE]
    decided_at: CaseMoment
    reason: CaseText | None = None
    offender: Defendant
    new_crn: Crn | None = None
    officer: StaffText | None = None
    first_appointment_on: CaseDate | None = None
    not_taken_over: Annotated[tuple[CaseLabel, ...], Field(max_length=500)] = ()
    """The fields that the receiving system could not hold. The exchange adds those that went on paper."""

    def marked_not_taken_over(self, fields: tuple[str, ...]) -> Self:
        return self.model_copy(update={"not_taken_over": tuple(dict.fromkeys((*self.not_taken_over, *fields)))[:500]})

    def subject(self) -> str:
        return f"transfer:{self.transfer_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.to_area,)

    def made_at(self) -> datetime:
        return self.decided_at

    def dated(self) -> date:
        return self.decided_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0}

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,) if self.decision == "accepted" else ()

    def supervision(self) -> tuple[SupervisionChange, ...]:
        """An acceptance ends the supervision by the area that asked, and begins one by the area that accepts."""
        if self.decision != "accepted":
            return ()
        on = self.decided_at.astimezone(LONDON).date()
        return (
            SupervisionChange(self.offender, self.to_area, on, ended=SupervisionEnd.TRANSFERRED),
            SupervisionChange(self.offender, Target.SENDER, on),
        )

    def takes_over(self) -> tuple[TakeOver, ...]:
        """The area that accepts reviews the entry in the risk register from now on."""
        if self.decision != "accepted":
            return ()
        return (TakeOver(("risk_registration", "risk_review"), "risk_review", self.to_area),)

    def case_references(self) -> tuple[str, ...]:
        return (self.transfer_reference,)

    def matter(self) -> Matter:
        """`to_area` is the area that asked, and so the keeper of the transfer."""
        return Matter("transfer", self.to_area, Keeping.ANSWERS, said_by=SaidBy.OTHERS)


KIND = MessageKind(
    "transfer_reply",
    1,
    "Reply to a transfer",
    TransferReply,
    stops=(ClockStop("transfer_reply", StopAt.ACCEPTED, Target.NAMED),),
)
