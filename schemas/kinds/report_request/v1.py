"""report_request, version 1: a court asks a probation area for a pre-sentence report (PSR), or the hub asks for a copy
that a prison must have."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import ALLOWED, Allowance, ClockStart, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseMoment, Court, Offence
from schemas.parts.part import CaseText, NarrativeText
from schemas.parts.person import Defendant

COMPLETED = "report_completed"
BEFORE_HEARING = "report_before_hearing"
MATERIAL = {
    "previous_convictions_before_report": "record of previous convictions",
    "case_package_before_report": "case package of the prosecution",
}


class ReportRequest(Payload):
    """`purpose` is `sentence` for a report that the court will use, and `prison` for a copy that goes to a prison."""

    purpose: Annotated[Literal["sentence", "prison"], Category.CASE] = "sentence"
    report_type: Annotated[Literal["standard", "specific_sentence", "oral"], Category.CASE] = "standard"
    requested_at: CaseMoment
    hearing_at: CaseMoment | None = None
    needed_by: CaseMoment | None = None
    court: Court
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    reason: CaseText | None = None
    instructions: NarrativeText | None = None
    defendant: Defendant
    offences: Annotated[tuple[Offence, ...], Field(max_length=500)] = ()

    def subject(self) -> str:
        return f"case:{self.urn or self.court_case_reference or 'none'}:{self.defendant.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code}

    def dated(self) -> date:
        return self.requested_at.date()

    def counts(self) -> Mapping[str, int]:
        return {
            "cases": 1,
            "defendants": 1,
            "offences": len(self.offences),
            "results": sum(len(offence.results) for offence in self.offences),
        }

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def matter(self) -> Matter:
        forces = ((self.urn, self.urn[:2]),) if self.urn else ()
        return Matter("case", self.court.ou_code, Keeping.ALONE, forces=forces)

    def clocks(self) -> tuple[ClockStart, ...]:
        if self.purpose != "sentence":
            return ()  # a copy for a prison has no clock here, because the sentence that made it necessary started one
        material = tuple(
            ClockStart(
                clock,
                self.requested_at,
                Allowance(15, "working_days"),
                Target.CPS,
                Target.AREA,
                f"the {what} must be there before the report is due",
                remind_hours_before=(5 * 24, 24),
            )
            for clock, what in MATERIAL.items()
        )
        completed = ClockStart(
            COMPLETED,
            self.requested_at,
            Allowance(15, "working_days"),
            Target.AREA,
            Target.COURT,
            f"a report is completed within {ALLOWED} of the request",
            remind_hours_before=(3 * 24, 24),
        )
        if self.hearing_at is None:
            return (completed, *material)
        early = self.hearing_at - self.requested_at < timedelta(hours=24)
        before_hearing = ClockStart(
            BEFORE_HEARING,
            self.hearing_at,
            Allowance(-24, "hours"),
            Target.AREA,
            Target.COURT,
            f"a report reaches court staff {ALLOWED} before the hearing"
            + ("; it was asked for later than that" if early else ""),
        )
        return (completed, before_hearing, *material)


KIND = MessageKind(
    "report_request",
    1,
    "Request for a pre-sentence report",
    ReportRequest,
    starts=(COMPLETED, BEFORE_HEARING, *MATERIAL),
)
