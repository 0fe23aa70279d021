"""reconviction_link, version 1: a conviction in the police record of a person whom a probation area supervises."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field

from schemas.category import Category
from schemas.fields import ArrestSummonsNumber
from schemas.kind import LINK_DECIDED, MessageKind, Payload, Target
from schemas.parts.measures import given
from schemas.parts.offence import CaseDate, Offence, OffenceDate
from schemas.parts.part import CaseLabel, OffenceText
from schemas.parts.person import Defendant
from schemas.parts.supervision import Known


class ReconvictionLink(Payload):
    """`area` is the supervising area, if the police know it. Otherwise the exchange finds it by linkage.

    `linked_by` says how: by an identifier, or by linkage with its match weight (log2 of the odds). `routed_by` says
    whether the area that receives it supervises the person, or only knows them because nobody supervises them.
    """

    record_reference: CaseLabel
    arrest_summons_number: ArrestSummonsNumber | None = None
    area: CaseLabel | None = None
    offender: Defendant
    convicted_on: OffenceDate | None = None
    court_name: OffenceText | None = None
    court_code: OffenceText | None = None
    recorded_on: CaseDate | None = None
    offences: Annotated[tuple[Offence, ...], Field(min_length=1, max_length=1_000)]
    linked_by: CaseLabel | None = None
    match_weight: Annotated[float, Field(ge=-1_000, le=1_000), Category.CASE] | None = None
    routed_by: Annotated[Literal["supervision", "knowledge"], Category.CASE] | None = None

    def subject(self) -> str:
        return f"record:{self.record_reference}"

    def facts(self) -> Mapping[str, str]:
        return {"area": self.area} if self.area else {}

    def dated(self) -> date | None:
        return self.recorded_on

    def counts(self) -> Mapping[str, int]:
        results = sum(len(offence.results) for offence in self.offences)
        return {"cases": 1, "defendants": 1, "offences": len(self.offences), "results": results}

    def measures(self) -> Mapping[str, str]:
        return given(convicted_on=self.convicted_on)

    def targets(self) -> tuple[Target, ...]:
        return (*((Target.AREA,) if self.area else ()), Target.SUPERVISOR, Target.RESEARCH)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def marked(self, known: Mapping[int, Known]) -> Self:
        if 0 not in known:
            return self
        found = known[0]
        return self.model_copy(
            update={
                "linked_by": found.by,
                "match_weight": found.match_weight,
                "routed_by": found.routed.value if found.routed else None,
            }
        )


KIND = MessageKind("reconviction_link", 1, "Reconviction", ReconvictionLink, starts=(LINK_DECIDED,))
