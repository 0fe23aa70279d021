"""supervision_started, version 1: a probation area begins to supervise a person under an order or a licence."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.category import Category
from schemas.kind import Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.measures import ethnicity_of, given
from schemas.parts.offence import CaseDate, SentenceDate
from schemas.parts.part import CaseLabel, SentenceText, StaffText
from schemas.parts.person import Defendant
from schemas.parts.supervision import SupervisionChange, SupervisionType


class SupervisionStarted(Payload):
    """A commencement. `supervision_reference` is the area's own reference of the order or licence; the end names it
    again. A later message under the same reference describes the supervision anew.

    `offender.crn` is the area's number for the person, and is required. `role` is the post of the officer in charge.
    """

    supervision_reference: CaseLabel
    type: SupervisionType
    description: SentenceText | None = None
    started_on: CaseDate
    predicted_end_on: CaseDate | None = None
    made_on: SentenceDate | None = None
    court_name: SentenceText | None = None
    requirements: Annotated[tuple[SentenceText, ...], Field(max_length=50)] = ()
    offender: Defendant
    division: StaffText | None = None
    team: StaffText | None = None
    role: StaffText | None = None
    predicted_reconviction: Annotated[float, Field(ge=0, le=100), Category.RISK] | None = None
    """The predicted rate of reconviction within two years, in percent, as the scale of the area gives it."""

    @model_validator(mode="after")
    def _is_known_by_number(self) -> Self:
        if self.offender.crn is None:
            raise ValueError("an area that supervises a person gives its own number for them, the CRN")
        if self.predicted_end_on is not None and self.predicted_end_on < self.started_on:
            raise ValueError("a supervision ends on the day on which it starts, or later")
        return self

    def subject(self) -> str:
        return f"supervision:{self.supervision_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def dated(self) -> date:
        return self.started_on

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "supervisions": 1}

    def measures(self) -> Mapping[str, str]:
        return given(
            order=self.type,
            ethnicity=ethnicity_of(self.offender),
            predicted=self.predicted_reconviction,
            division=self.division,
            team=self.team,
            officer=self.role,
        )

    def targets(self) -> tuple[Target, ...]:
        return (Target.EXCHANGE, Target.RESEARCH)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def contact(self) -> str | None:
        return ", ".join(part for part in (self.role, self.team, self.division) if part) or None

    def supervision(self) -> tuple[SupervisionChange, ...]:
        return (SupervisionChange(self.offender, Target.SENDER, self.started_on, self.supervision_reference),)

    def case_references(self) -> tuple[str, ...]:
        return (self.supervision_reference,)

    def matter(self) -> Matter:
        return Matter("supervision", Target.SENDER, Keeping.BEGINS, admits=())


KIND = MessageKind("supervision_started", 1, "Start of a supervision", SupervisionStarted)
