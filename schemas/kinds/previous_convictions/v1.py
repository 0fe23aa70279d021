"""previous_convictions, version 1: a person's record, for the probation area that writes a report."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import ClockStop, Keeping, Matter, MessageKind, Payload, StopAt, Target
from schemas.parts.offence import CaseDate, CaseMoment, Court, Offence, OffenceDate
from schemas.parts.part import CaseLabel, OffenceText, Part, SentenceText
from schemas.parts.person import Defendant


class Conviction(Part):
    """One appearance before a court, with the offences that the court dealt with."""

    convicted_on: OffenceDate | None = None
    sentenced_on: OffenceDate | None = None
    court_name: OffenceText | None = None
    court_code: OffenceText | None = None
    reference: OffenceText | None = None
    offences: Annotated[tuple[Offence, ...], Field(max_length=1_000)] = ()


class Caution(Part):
    cautioned_on: OffenceDate | None = None
    by: OffenceText | None = None
    type: SentenceText | None = None
    offences: Annotated[tuple[Offence, ...], Field(max_length=100)] = ()


class PreviousConvictions(Payload):
    """`complete` is false if the record is known to be incomplete. `force` leads to the area if neither the court nor
    the URN does. All lists may be empty: this is the record of a person with no convictions."""

    urn: Ptiurn | None = None
    court: Court | None = None
    court_case_reference: CourtCaseReference | None = None
    request_reference: CaseLabel | None = None
    record_reference: CaseLabel | None = None
    as_of: CaseMoment | None = None
    hearing_on: CaseDate | None = None
    force: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$"), Category.CASE] | None = None
    complete: Annotated[bool, Category.CASE] | None = None
    defendant: Defendant
    convictions: Annotated[tuple[Conviction, ...], Field(max_length=1_000)] = ()
    cautions: Annotated[tuple[Caution, ...], Field(max_length=1_000)] = ()

    def subject(self) -> str:
        return f"case:{self.urn or self.court_case_reference or 'none'}:{self.defendant.subject()}"

    def facts(self) -> Mapping[str, str]:
        facts = {"force": self.force or (self.urn or "")[:2], "court": self.court.ou_code if self.court else None}
        return {name: value for name, value in facts.items() if value}

    def dated(self) -> date | None:
        return self.as_of.date() if self.as_of else None

    def counts(self) -> Mapping[str, int]:
        offences = [offence for conviction in self.convictions for offence in conviction.offences]
        offences += [offence for caution in self.cautions for offence in caution.offences]
        return {
            "cases": 1,
            "defendants": 1,
            "convictions": len(self.convictions),
            "cautions": len(self.cautions),
            "offences": len(offences),
            "results": sum(len(offence.results) for offence in offences),
        }

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def matter(self) -> Matter:
        forces = ((self.urn, self.urn[:2]),) if self.urn else ()
        return Matter("case", self.court.ou_code if self.court else None, Keeping.ANSWERS, forces=forces)


KIND = MessageKind(
    "previous_convictions",
    1,
    "Previous convictions",
    PreviousConvictions,
    stops=(ClockStop("previous_convictions_before_report", StopAt.RECEIPT, Target.AREA),),
)
