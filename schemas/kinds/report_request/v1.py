"""report_request, version 1: a court asks a probation area for a pre-sentence report (PSR), or the hub asks for a copy
that a prison must have."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import ALLOWED, Allowance, ClockStart, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.measures import ethnicity_of, given
from schemas.parts.offence import CaseMoment, Court, Offence
from schemas.parts.part import CaseText, NarrativeText
from schemas.parts.person import Defendant

COMPLETED = {
    "standard": ("report_completed", Allowance(15, "working_days"), "a report"),
    "specific_sentence": (
        "specific_sentence_report_completed",
        Allowance(5, "working_days"),
        "a specific sentence report",
    ),
    "oral": ("oral_report_completed", Allowance(1, "working_days"), "an oral report"),
}
"""By the type of the report: the clock, its usual time, and the words."""
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
    no_longer_needed: Annotated[bool, Category.CASE] | None = None
    """The exchange does not need the copy any more: the result was amended."""
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

    def made_at(self) -> datetime:
        return self.requested_at

    def dated(self) -> date:
        return self.requested_at.date()

    def counts(self) -> Mapping[str, int]:
        return {
            "cases": 1,
            "defendants": 1,
            "offences": len(self.offences),
            "results": sum(len(offence.results) for offence in self.offences),
        }

    def measures(self) -> Mapping[str, str]:
        return given(purpose=self.purpose, report_type=self.report_type, ethnicity=ethnicity_of(self.defendant))

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def matter(self) -> Matter:
        forces = ((self.urn, self.urn[:2]),) if self.urn else ()
        return Matter("case", self.court.ou_code, Keeping.ALONE, forces=forces)

    def withdrawn(self, at: datetime) -> Self | None:
        return self.model_copy(update={"no_longer_needed": True}) if self.purpose == "prison" else None

    def clocks(self) -> tuple[ClockStart, ...]:
        if self.purpose != "sentence":
            return ()  # a copy for a prison has no clock here, because the sentence that made it necessary started one
        name, allowance, what = COMPLETED[self.report_type]
        completed = ClockStart(
            name,
            self.requested_at,
            allowance,
            Target.AREA,
            Target.COURT,
            f"{what} is completed within {ALLOWED} of the request",
            remind_hours_before=(3 * 24, 24),
        )
        early = self.hearing_at is not None and self.hearing_at - self.requested_at < timedelta(hours=24)
        before_hearing = ClockStart(
            BEFORE_HEARING,
            self.hearing_at or self.requested_at,
            Allowance(-24, "hours"),
            Target.AREA,
            Target.COURT,
            f"a report reaches court staff {ALLOWED} before the hearing"
            + ("; it was asked for later than that" if early else ""),
            remind_hours_before=(24, 6, 1),
        )
        report = (completed,) if self.hearing_at is None else (completed, before_hearing)
        return (*report, *self._material(tuple(clock.clock for clock in report)))

    def _material(self, report: tuple[str, ...]) -> tuple[ClockStart, ...]:
        """The clocks of the prosecutors: they end before the report is due, and never after the hearing."""
        return tuple(
            ClockStart(
                clock,
                self.requested_at,
                Allowance(-3, "working_days"),
                Target.CPS,
                Target.AREA,
                f"the {what} must be there {ALLOWED} before the report is due",
                remind_hours_before=(2 * 24, 24),
                ends_before=report,
                not_after=self.hearing_at,
                looks_back=True,
            )
            for clock, what in MATERIAL.items()
        )


KIND = MessageKind(
    "report_request",
    1,
    "Request for a pre-sentence report",
    ReportRequest,
    starts=(*(clock for clock, _, _ in COMPLETED.values()), BEFORE_HEARING, *MATERIAL),
)
