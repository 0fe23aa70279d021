"""release_notice, version 1: a prison informs the supervising probation area that it releases a person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from schemas.kind import LINK_DECIDED, Allowance, ClockStart, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseDate, CaseMoment, Offence, SentenceDate
from schemas.parts.part import AssessmentText, CaseLabel, CaseText, Part, RiskText, SentenceText, StaffText
from schemas.parts.person import Address, Defendant
from schemas.parts.supervision import Routed, RoutedBy

FEEDBACK = "feedback_after_release"


class PlanTarget(Part):
    """One target of the sentence plan, and its state when the person left prison."""

    reference: CaseLabel | None = None
    description: AssessmentText
    state: AssessmentText | None = None


class Licence(Part):
    type: SentenceText | None = None
    starts_on: SentenceDate | None = None
    ends_on: SentenceDate | None = None
    home_detention_curfew_starts_on: SentenceDate | None = None
    home_detention_curfew_ends_on: SentenceDate | None = None
    conditions: Annotated[tuple[SentenceText, ...], Field(max_length=200)] = ()


class ReleaseNotice(Payload):
    """`prison` and `area` are agency ids or names that the registry knows. `released_at` may be in the future; a later
    notice of the same release replaces the earlier one. `reports_at` and `reports_to` are the first appointment."""

    release_reference: CaseLabel
    prison: CaseLabel
    area: CaseLabel
    released_at: CaseMoment
    release_type: SentenceText | None = None
    offender: Defendant
    release_address: Address | None = None
    offences: Annotated[tuple[Offence, ...], Field(max_length=500)] = ()
    sentenced_on: CaseDate | None = None
    sentence: SentenceText | None = None
    licence: Licence | None = None
    plan_targets: Annotated[tuple[PlanTarget, ...], Field(max_length=100)] = ()
    risk_summary: RiskText | None = None
    reports_at: CaseMoment | None = None
    reports_to: CaseText | None = None
    author: StaffText | None = None
    routed_by: RoutedBy | None = None
    """Why a probation area gets it. The exchange writes it."""

    def marked_routed(self, routed: Routed) -> Self:
        return self.model_copy(update={"routed_by": routed.value})

    def subject(self) -> str:
        return f"release:{self.release_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {"prison": self.prison, "area": self.area}

    def made_at(self) -> datetime:
        return self.released_at

    def dated(self) -> date:
        return self.released_at.date()

    def counts(self) -> Mapping[str, int]:
        results = sum(len(offence.results) for offence in self.offences)
        return {"cases": 1, "defendants": 1, "offences": len(self.offences), "results": results}

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA, Target.SUPERVISOR)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.release_reference,)

    def matter(self) -> Matter:
        return Matter("release", self.prison, Keeping.BEGINS)

    def replaces(self) -> str | None:
        return f"release:{self.release_reference}:{self.offender.subject()}"

    def clocks(self) -> tuple[ClockStart, ...]:
        return (
            ClockStart(
                FEEDBACK,
                self.released_at,
                Allowance(60, "working_days"),
                Target.AREA,
                Target.PRISON,
                "the supervising officer reports to the prison how its sentence plan was carried out",
                remind_hours_before=(14 * 24, 3 * 24),
                planned=True,
            ),
        )


KIND = MessageKind("release_notice", 1, "Notice of release", ReleaseNotice, starts=(FEEDBACK, LINK_DECIDED))
