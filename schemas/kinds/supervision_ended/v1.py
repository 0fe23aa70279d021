"""supervision_ended, version 1: a probation area no longer supervises a person under an order or a licence."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from schemas.category import Category
from schemas.kind import Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.measures import ethnicity_of, given
from schemas.parts.offence import CaseDate
from schemas.parts.part import CaseLabel, SentenceText, StaffText
from schemas.parts.person import Defendant
from schemas.parts.supervision import SupervisionChange, SupervisionEnd, SupervisionType


class SupervisionEnded(Payload):
    """A termination. `supervision_reference` is that of the start. From `ended_on` the area does not supervise the
    person under this order or licence."""

    supervision_reference: CaseLabel
    type: SupervisionType | None = None
    ended_on: CaseDate
    reason: Annotated[Literal["completed", "revoked", "transferred", "expired", "died"], Category.CASE]
    details: SentenceText | None = None
    offender: Defendant
    division: StaffText | None = None
    team: StaffText | None = None
    role: StaffText | None = None

    def subject(self) -> str:
        return f"supervision:{self.supervision_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def dated(self) -> date:
        return self.ended_on

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "supervisions": 1}

    def measures(self) -> Mapping[str, str]:
        return given(
            order=self.type,
            reason=self.reason,
            ethnicity=ethnicity_of(self.offender),
            division=self.division,
            team=self.team,
            officer=self.role,
        )

    def targets(self) -> tuple[Target, ...]:
        return (Target.EXCHANGE, Target.RESEARCH)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def supervision(self) -> tuple[SupervisionChange, ...]:
        ended = SupervisionEnd(self.reason)
        return (SupervisionChange(self.offender, Target.SENDER, self.ended_on, self.supervision_reference, ended),)

    def case_references(self) -> tuple[str, ...]:
        return (self.supervision_reference,)

    def matter(self) -> Matter:
        return Matter("supervision", Target.SENDER, Keeping.ANSWERS, admits=())


KIND = MessageKind("supervision_ended", 1, "End of a supervision", SupervisionEnded)
