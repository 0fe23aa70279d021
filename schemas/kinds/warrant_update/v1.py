"""warrant_update, version 1: what has happened to a breach warrant."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import LINK_DECIDED, ClockStop, Keeping, Matter, MessageKind, Payload, SaidBy, StopAt, Target
from schemas.parts.offence import CaseMoment, Court
from schemas.parts.part import CaseLabel, CaseText, NarrativeText, StaffText
from schemas.parts.person import Defendant
from schemas.parts.supervision import Routed, RoutedBy

Status = Literal["acknowledged", "not_yet_executed", "executed", "withdrawn"]


class WarrantUpdate(Payload):
    """The police send `acknowledged`, `not_yet_executed` and `executed`; the court sends `withdrawn`.

    `area` is the area that had the warrant, if it is not the area of the court.
    """

    warrant_reference: CaseLabel
    status: Annotated[Status, Category.CASE]
    at: CaseMoment
    court: Court
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    force: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$"), Category.CASE] | None = None
    area: CaseLabel | None = None
    defendant: Defendant
    held_at: CaseText | None = None
    next_hearing_at: CaseMoment | None = None
    reason: NarrativeText | None = None
    officer: StaffText | None = None
    routed_by: RoutedBy | None = None
    """Why a probation area gets it. The exchange writes it."""

    def marked_routed(self, routed: Routed) -> Self:
        return self.model_copy(update={"routed_by": routed.value})

    def subject(self) -> str:
        return f"warrant:{self.warrant_reference}"

    def facts(self) -> Mapping[str, str]:
        force = self.force or (self.urn[:2] if self.urn else self.court.ou_code[1:3])
        facts = {"court": self.court.ou_code, "force": force, "area": self.area}
        return {name: value for name, value in facts.items() if value}

    def dated(self) -> date:
        return self.at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "warrants": 1}

    def targets(self) -> tuple[Target, ...]:
        other = Target.POLICE if self.status == "withdrawn" else Target.COURT
        return (other, Target.AREA, Target.SUPERVISOR)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return (self.warrant_reference,)

    def matter(self) -> Matter:
        """The force that an update names acts from here on, beside the force that had the warrant. Only the court
        withdraws its warrant, and it does not execute it."""
        if self.status == "withdrawn":
            return Matter("warrant", self.court.ou_code, Keeping.ANSWERS, said_by=SaidBy.KEEPER)
        passes_to = (f"force:{self.force}",) if self.force else ()
        return Matter("warrant", self.court.ou_code, Keeping.ANSWERS, passes_to=passes_to, said_by=SaidBy.OTHERS)

    def happened_at(self) -> datetime | None:
        return self.at

    def stops(self) -> tuple[ClockStop, ...]:
        acknowledged = ClockStop("warrant_acknowledged", StopAt.ACCEPTED, Target.COURT)
        if self.status == "withdrawn":
            return tuple(
                ClockStop(clock, StopAt.ACCEPTED, Target.COURT, void=True)
                for clock in ("warrant_acknowledged", "warrant_open")
            )
        if self.status == "executed":
            return (acknowledged, ClockStop("warrant_open", StopAt.ACCEPTED, Target.COURT))
        return (acknowledged,)


KIND = MessageKind("warrant_update", 1, "Update of a breach warrant", WarrantUpdate, starts=(LINK_DECIDED,))
