"""breach_warrant, version 1: a court issues a warrant for the arrest of a person who has breached an order."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import ALLOWED, LINK_DECIDED, Allowance, ClockStart, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseMoment, Court, Offence, SentenceDate
from schemas.parts.part import CaseLabel, NarrativeText, RiskText, SentenceText, StaffText
from schemas.parts.person import Defendant
from schemas.parts.supervision import Routed, RoutedBy

ACKNOWLEDGED = "warrant_acknowledged"
OPEN = "warrant_open"


class BreachWarrant(Payload):
    """`breach_reference` is that of the area's information. `area` is the supervising area, if the court knows it;
    otherwise the area of the court is used.

    `warnings` are what officers must know for everybody's safety. Illness and treatment do not belong here.
    """

    warrant_reference: CaseLabel
    issued_at: CaseMoment
    issued_by: StaffText | None = None
    court: Court
    breach_reference: CaseLabel | None = None
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    bail: Annotated[Literal["backed_for_bail", "not_backed_for_bail"], Category.CASE] | None = None
    defendant: Defendant
    order_breached: SentenceText | None = None
    order_made_on: SentenceDate | None = None
    circumstances: NarrativeText | None = None
    warnings: Annotated[tuple[RiskText, ...], Field(max_length=50)] = ()
    offences: Annotated[tuple[Offence, ...], Field(max_length=500)] = ()
    force: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$"), Category.CASE] | None = None
    area: CaseLabel | None = None
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
        return self.issued_at.date()

    def counts(self) -> Mapping[str, int]:
        results = sum(len(offence.results) for offence in self.offences)
        return {"cases": 1, "defendants": 1, "offences": len(self.offences), "results": results, "warrants": 1}

    def targets(self) -> tuple[Target, ...]:
        return (Target.POLICE, Target.AREA, Target.SUPERVISOR)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        # Only the reference of the warrant, because two warrants may be open in one case and an update ends the clocks
        # of one.
        return (self.warrant_reference,)

    def matter(self) -> Matter:
        return Matter("warrant", self.court.ou_code, Keeping.BEGINS)

    def clocks(self) -> tuple[ClockStart, ...]:
        return (
            ClockStart(
                ACKNOWLEDGED,
                self.issued_at,
                Allowance(2, "working_days"),
                Target.POLICE,
                Target.COURT,
                f"the police acknowledge a warrant within {ALLOWED}",
                remind_hours_before=(24,),
            ),
            ClockStart(
                OPEN,
                self.issued_at,
                Allowance(10, "working_days"),
                Target.POLICE,
                Target.COURT,
                f"a breach warrant is executed or withdrawn within {ALLOWED}",
                remind_hours_before=(3 * 24,),
            ),
        )


KIND = MessageKind("breach_warrant", 1, "Breach warrant", BreachWarrant, starts=(ACKNOWLEDGED, OPEN, LINK_DECIDED))
