"""breach_information, version 1: an area acts on the breach of an order or licence, up to the first hearing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import (
    ALLOWED,
    Allowance,
    ClockStart,
    ClockStop,
    Keeping,
    Matter,
    MessageKind,
    Payload,
    StopAt,
    Target,
)
from schemas.parts.measures import given
from schemas.parts.offence import CaseDate, CaseMoment, Court, SentenceDate
from schemas.parts.part import AssessmentText, CaseLabel, NarrativeText, Part, SentenceText, StaffText
from schemas.parts.person import Defendant

LAID = "breach_information_laid"
HEARD = "breach_first_hearing"
_THIRD = 3


class FailureToComply(Part):
    """One failure. `acceptable` is None while the area does not know the reason yet."""

    on: CaseDate
    requirement: SentenceText | None = None
    acceptable: Annotated[bool, Category.CASE] | None = None
    reason: NarrativeText | None = None


class BreachInformation(Payload):
    """`stage` says how far the breach is: the area acts (`started`), the information is laid before the court
    (`information_laid`), the court has heard it for the first time (`first_hearing`), or the area has given it up
    (`withdrawn`). All stages have one `breach_reference`, which a warrant repeats.

    `third_failure_on` is the day of the third failure that is not acceptable, from which the time counts. It is needed
    unless three such failures are listed.
    """

    breach_reference: CaseLabel
    stage: Annotated[Literal["started", "information_laid", "first_hearing", "withdrawn"], Category.CASE]
    at: CaseMoment
    court: Court
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    offender: Defendant
    order_breached: SentenceText
    order_made_on: SentenceDate | None = None
    supervision_reference: CaseLabel | None = None
    failures: Annotated[tuple[FailureToComply, ...], Field(max_length=100)] = ()
    third_failure_on: CaseDate | None = None
    action_taken: AssessmentText | None = None
    officer: StaffText | None = None
    team: StaffText | None = None

    @model_validator(mode="after")
    def _has_a_day_to_count_from(self) -> Self:
        if self.stage == "started" and self._third_failure() is None:
            raise ValueError("give the day of the third failure that is not acceptable, or three such failures")
        return self

    def _third_failure(self) -> date | None:
        if self.third_failure_on is not None:
            return self.third_failure_on
        days = sorted(failure.on for failure in self.failures if failure.acceptable is False)
        return days[_THIRD - 1] if len(days) >= _THIRD else None

    def subject(self) -> str:
        return f"breach:{self.breach_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code}

    def made_at(self) -> datetime:
        return self.at

    def dated(self) -> date:
        return self.at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "failures": len(self.failures)}

    def measures(self) -> Mapping[str, str]:
        return given(stage=self.stage, team=self.team)

    def targets(self) -> tuple[Target, ...]:
        return (Target.COURT,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.breach_reference,)

    def matter(self) -> Matter:
        """The area brings the breach; nobody else says how far it is."""
        return Matter("breach", Target.SENDER, Keeping.BEGINS, admits=())

    def clocks(self) -> tuple[ClockStart, ...]:
        third = self._third_failure()
        if self.stage == "started" and third is not None:
            return (
                ClockStart(
                    LAID,
                    datetime.combine(third, time(12), UTC),
                    Allowance(10, "working_days"),
                    Target.SENDER,
                    Target.COURT,
                    f"the information is laid within {ALLOWED} of the third failure",
                    remind_hours_before=(3 * 24, 24),
                ),
            )
        if self.stage == "information_laid":
            return (
                ClockStart(
                    HEARD,
                    self.at,
                    Allowance(20, "working_days"),
                    Target.COURT,
                    Target.SENDER,
                    f"the breach is heard for the first time within {ALLOWED}",
                    remind_hours_before=(5 * 24,),
                ),
            )
        return ()

    def stops(self) -> tuple[ClockStop, ...]:
        laid = ClockStop(LAID, StopAt.ACCEPTED, Target.COURT, void=self.stage == "withdrawn")
        heard = ClockStop(HEARD, StopAt.ACCEPTED, Target.SENDER, void=self.stage == "withdrawn")
        match self.stage:
            case "started":
                return ()
            case "information_laid":
                return (laid,)
            case _:
                return (laid, heard)


KIND = MessageKind("breach_information", 1, "Breach of an order", BreachInformation, starts=(LAID, HEARD))
