"""programme_outcome, version 1: how a referral to a programme went on: started, completed, or not, and why."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.kind import Keeping, Matter, MessageKind, Payload, SaidBy
from schemas.parts.offence import CaseDate
from schemas.parts.part import AssessmentText, CaseLabel, StaffText
from schemas.parts.person import Defendant

Sessions = Annotated[int, Field(ge=0, le=500), Category.ASSESSMENT]


class ProgrammeOutcome(Payload):
    """`referred_by` is the agency that referred the person. `why` says why a programme was not started or completed."""

    referral_reference: CaseLabel
    referred_by: CaseLabel
    on: CaseDate
    offender: Defendant
    programme: AssessmentText
    outcome: Annotated[
        Literal["not_accepted", "not_started", "started", "completed", "not_completed"], Category.ASSESSMENT
    ]
    why: AssessmentText | None = None
    started_on: CaseDate | None = None
    ended_on: CaseDate | None = None
    sessions_attended: Sessions | None = None
    sessions_planned: Sessions | None = None
    officer: StaffText | None = None

    def subject(self) -> str:
        return f"programme:{self.referral_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.referred_by,)

    def dated(self) -> date:
        return self.on

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0}

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.referral_reference,)

    def matter(self) -> Matter:
        return Matter("programme", self.referred_by, Keeping.ANSWERS, said_by=SaidBy.OTHERS)


KIND = MessageKind("programme_outcome", 1, "Outcome of a programme", ProgrammeOutcome)
