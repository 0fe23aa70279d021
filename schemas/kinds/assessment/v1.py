"""assessment, version 1: an area or a prison gives the assessment of a person to whoever works with the person next."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.kind import MessageKind, Payload
from schemas.parts.assessment import Score, Scores
from schemas.parts.part import AssessmentText, CaseLabel, Part, RiskText, StaffText
from schemas.parts.person import Defendant


class Need(Part):
    """A section of the tool, by the tool's own name: `accommodation`, `section 3`."""

    section: AssessmentText
    score: Score | None = None
    level: AssessmentText | None = None
    linked_to_offending: Annotated[bool, Category.ASSESSMENT] | None = None


class Harm(Part):
    """The level of harm to one group, as the tool gives it. It names nobody."""

    to: Annotated[Literal["public", "children", "known_adult", "prisoners", "staff", "self"], Category.RISK]
    level: RiskText


class Assessment(Payload):
    """`to` is the agency that gets it: an area, or a prison. A later one with the same reference replaces it."""

    to: CaseLabel
    offender: Defendant
    scores: Scores
    needs: Annotated[tuple[Need, ...], Field(max_length=50)] = ()
    harm: Annotated[tuple[Harm, ...], Field(max_length=12)] = ()
    summary: AssessmentText | None = None
    assessor: StaffText | None = None
    office: StaffText | None = None

    def subject(self) -> str:
        return f"assessment:{self.scores.assessment_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.to,)

    def dated(self) -> date:
        return self.scores.assessed_on

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "needs": len(self.needs)}

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)


KIND = MessageKind("assessment", 1, "Assessment", Assessment)
