"""incident_report, version 1: an area tells of a serious incident, such as a further offence."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.category import Category
from schemas.kind import Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseDate, CaseMoment, Offence
from schemas.parts.part import AssessmentText, CaseLabel, NarrativeText, RiskText, SentenceText, StaffText
from schemas.parts.person import Defendant

Level = Literal["low", "medium", "high", "very_high"]


class IncidentReport(Payload):
    """`stage` says whether the incident is notified or has been reviewed; both have one `incident_reference`.
    `at_level` is the level of harm at which the area had the person before it happened."""

    incident_reference: CaseLabel
    stage: Annotated[Literal["notified", "reviewed"], Category.CASE]
    type: Annotated[Literal["serious_further_offence", "death", "serious_incident"], Category.CASE]
    reported_at: CaseMoment
    happened_on: CaseDate | None = None
    offender: Defendant
    charges: Annotated[tuple[Offence, ...], Field(max_length=100)] = ()
    supervised_under: SentenceText | None = None
    supervision_reference: CaseLabel | None = None
    register_reference: CaseLabel | None = None
    at_level: Annotated[Level, Category.RISK] | None = None
    risk_before: RiskText | None = None
    account: NarrativeText | None = None
    findings: AssessmentText | None = None
    team: StaffText | None = None
    officer: StaffText | None = None

    @model_validator(mode="after")
    def _says_what_was_found(self) -> Self:
        if self.stage == "reviewed" and self.findings is None:
            raise ValueError("a review says what it has found")
        return self

    def subject(self) -> str:
        return f"incident:{self.incident_reference}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def made_at(self) -> datetime:
        return self.reported_at

    def dated(self) -> date:
        return self.reported_at.date()

    def counts(self) -> Mapping[str, int]:
        results = sum(len(charge.results) for charge in self.charges)
        return {"cases": 1, "defendants": 1, "offences": len(self.charges), "results": results, "incidents": 1}

    def targets(self) -> tuple[Target, ...]:
        return (Target.DIRECTORATE,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.incident_reference,)

    def matter(self) -> Matter:
        return Matter("incident", Target.SENDER, Keeping.BEGINS, admits=())


KIND = MessageKind("incident_report", 1, "Report of a serious incident", IncidentReport)
