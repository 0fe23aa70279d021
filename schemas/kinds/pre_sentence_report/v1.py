"""pre_sentence_report, version 1: the report, field by field, with the signed document."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import ClockStop, Keeping, Matter, MessageKind, Payload, StopAt, Target
from schemas.parts.assessment import Referred
from schemas.parts.document import Document
from schemas.parts.measures import ethnicity_of, given
from schemas.parts.offence import CaseMoment, Court, Offence
from schemas.parts.part import AssessmentText, CaseLabel, CaseText, HealthText, Part, RiskText, StaffText, VictimText
from schemas.parts.person import Defendant


class Author(Part):
    name: StaffText
    role: StaffText | None = None
    office: StaffText | None = None


class RiskOfHarm(Part):
    """The levels are low, medium, high or very high, as the assessment tool gives them."""

    public: RiskText | None = None
    children: RiskText | None = None
    known_adult: RiskText | None = None
    staff: RiskText | None = None
    self_harm: RiskText | None = None
    summary: RiskText | None = None


class Health(Part):
    physical: HealthText | None = None
    mental: HealthText | None = None
    substance_misuse: HealthText | None = None
    medication: HealthText | None = None


class PreSentenceReport(Payload):
    court: Court
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    request_reference: CaseLabel | None = None
    report_type: Annotated[Literal["standard", "specific_sentence", "oral"], Category.CASE] | None = None
    written_without: tuple[Annotated[Literal["previous_convictions", "case_package"], Category.CASE], ...] = ()
    """What the prosecutors still owed when the report was sent. The exchange writes it."""
    completed_at: CaseMoment
    defendant: Defendant
    author: Author
    offences: Annotated[tuple[Offence, ...], Field(max_length=500)] = ()
    sources: tuple[CaseText, ...] = ()
    offence_analysis: AssessmentText
    circumstances: AssessmentText | None = None
    pattern_of_offending: AssessmentText | None = None
    likelihood_of_reoffending: RiskText | None = None
    risk_of_harm: RiskOfHarm | None = None
    assessments: Referred = ()
    """The assessments on which the report rests, with their scores."""
    health: Health | None = None
    victim_impact: VictimText | None = None
    proposal: AssessmentText
    documents: Annotated[tuple[Document, ...], Field(max_length=10)] = ()

    def stops(self) -> tuple[ClockStop, ...]:
        """Material that comes after the report is of no use to it."""
        material = ("previous_convictions_before_report", "case_package_before_report")
        return tuple(ClockStop(clock, StopAt.RECEIPT, Target.COURT, void=True) for clock in material)

    def marked_without(self, owed: frozenset[str]) -> Self:
        missing = tuple(what for what in ("previous_convictions", "case_package") if f"{what}_before_report" in owed)
        return self.model_copy(update={"written_without": missing})

    def subject(self) -> str:
        return f"case:{self.urn or self.court_case_reference or 'none'}:{self.defendant.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code}

    def made_at(self) -> datetime:
        return self.completed_at

    def dated(self) -> date:
        return self.completed_at.date()

    def counts(self) -> Mapping[str, int]:
        return {
            "cases": 1,
            "defendants": 1,
            "offences": len(self.offences),
            "results": sum(len(offence.results) for offence in self.offences),
            "documents": len(self.documents),
        }

    def measures(self) -> Mapping[str, str]:
        return given(
            report_type=self.report_type,
            ethnicity=ethnicity_of(self.defendant),
            team=self.author.office,
            officer=self.author.role,
        )

    def targets(self) -> tuple[Target, ...]:
        return (Target.COURT,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def matter(self) -> Matter:
        forces = ((self.urn, self.urn[:2]),) if self.urn else ()
        return Matter("case", self.court.ou_code, Keeping.ANSWERS, forces=forces)


KIND = MessageKind(
    "pre_sentence_report",
    1,
    "Pre-sentence report",
    PreSentenceReport,
    stops=(
        ClockStop("report_completed", StopAt.ACCEPTED, Target.COURT),
        ClockStop("specific_sentence_report_completed", StopAt.ACCEPTED, Target.COURT),
        ClockStop("oral_report_completed", StopAt.ACCEPTED, Target.COURT),
        ClockStop("report_before_hearing", StopAt.RECEIPT, Target.COURT),
        ClockStop("report_to_prison", StopAt.RECEIPT, Target.PRISON),
        ClockStop("report_after_move", StopAt.RECEIPT, Target.PRISON),
    ),
)
