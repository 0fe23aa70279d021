"""sentence_plan_feedback, version 1: how the prison's sentence plan was carried out after release."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.kind import ClockStop, Keeping, Matter, MessageKind, Payload, StopAt, Target
from schemas.parts.assessment import Referred
from schemas.parts.offence import CaseDate, CaseMoment, Offence, SentenceDate
from schemas.parts.part import AssessmentText, CaseLabel, Part, SentenceText, StaffText
from schemas.parts.person import Defendant


class TargetOutcome(Part):
    reference: CaseLabel | None = None
    description: AssessmentText
    outcome: Annotated[Literal["met", "partly_met", "not_met", "not_pursued"], Category.ASSESSMENT]
    comment: AssessmentText | None = None


class Breach(Part):
    """A breach of supervision, or of Home Detention Curfew."""

    of: Annotated[Literal["supervision", "home_detention_curfew"], Category.SENTENCE]
    on: SentenceDate | None = None
    description: SentenceText | None = None
    action: SentenceText | None = None


class SentencePlanFeedback(Payload):
    release_reference: CaseLabel
    prison: CaseLabel
    completed_at: CaseMoment
    offender: Defendant
    author: StaffText | None = None
    targets_met: Annotated[tuple[TargetOutcome, ...], Field(max_length=100)] = ()
    breaches: Annotated[tuple[Breach, ...], Field(max_length=100)] = ()
    further_charges: Annotated[tuple[Offence, ...], Field(max_length=100)] = ()
    supervision_ended_on: CaseDate | None = None
    recalled_on: SentenceDate | None = None
    summary: AssessmentText | None = None
    assessments: Referred = ()

    def subject(self) -> str:
        return f"release:{self.release_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {"prison": self.prison}

    def made_at(self) -> datetime:
        return self.completed_at

    def dated(self) -> date:
        return self.completed_at.date()

    def counts(self) -> Mapping[str, int]:
        return {
            "cases": 1,
            "defendants": 1,
            "offences": len(self.further_charges),
            "results": sum(len(offence.results) for offence in self.further_charges),
            "targets": len(self.targets_met),
            "breaches": len(self.breaches),
        }

    def targets(self) -> tuple[Target, ...]:
        return (Target.PRISON,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.release_reference,)

    def matter(self) -> Matter:
        return Matter("release", self.prison, Keeping.ANSWERS)


KIND = MessageKind(
    "sentence_plan_feedback",
    1,
    "Sentence plan feedback",
    SentencePlanFeedback,
    stops=(ClockStop("feedback_after_release", StopAt.RECEIPT, Target.PRISON),),
)
