"""bail_information, version 1: what an area has verified for a decision on bail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseMoment, Court
from schemas.parts.part import AssessmentText, CaseLabel, CaseText, Part, RiskText, StaffText
from schemas.parts.person import Address, Defendant


class VerifiedFact(Part):
    """One fact that speaks for bail or about it, and how it was verified."""

    topic: CaseLabel
    says: AssessmentText
    verified: Annotated[bool, Category.CASE]
    how: AssessmentText | None = None


class BailInformation(Payload):
    """`stage` is the hearing for which it is written: the first appearance in court, or a later review of a remand in
    custody. `scheme` is where the staff work: at the court, or in the prison.

    `bail_address` is where the defendant could live; `hostel` is a place in an approved hostel.
    """

    bail_reference: CaseLabel
    completed_at: CaseMoment
    stage: Annotated[Literal["first_appearance", "remand_review"], Category.CASE]
    scheme: Annotated[Literal["court", "prison"], Category.CASE]
    court: Court
    hearing_at: CaseMoment | None = None
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    defendant: Defendant
    facts_verified: Annotated[tuple[VerifiedFact, ...], Field(min_length=1, max_length=50)]
    bail_address: Address | None = None
    hostel: CaseText | None = None
    risk: RiskText | None = None
    author: StaffText | None = None

    def subject(self) -> str:
        return f"case:{self.urn or self.court_case_reference or self.bail_reference}:{self.defendant.subject()}"

    def facts(self) -> Mapping[str, str]:
        facts = {"court": self.court.ou_code}
        return facts | {"force": self.urn[:2]} if self.urn else facts

    def made_at(self) -> datetime:
        return self.completed_at

    def dated(self) -> date:
        return self.completed_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "facts": len(self.facts_verified)}

    def targets(self) -> tuple[Target, ...]:
        return (Target.COURT, Target.CPS)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref) or (self.bail_reference,)

    def matter(self) -> Matter:
        forces = ((self.urn, self.urn[:2]),) if self.urn else ()
        return Matter("case", self.court.ou_code, Keeping.ANSWERS, forces=forces)


KIND = MessageKind("bail_information", 1, "Bail information", BailInformation)
