"""case_package, version 1: the prosecution's case, for the probation area that writes a report."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.document import Document
from schemas.fields import ArrestSummonsNumber, CourtCaseReference, Ptiurn
from schemas.kind import ClockStop, MessageKind, Payload, StopAt, Target
from schemas.offence import CaseDate, CaseMoment, Court, NextHearing, Offence
from schemas.part import CaseText, NarrativeText, Part, StaffText, VictimText
from schemas.person import Defendant


class Victim(Part):
    """Somebody harmed, or a witness; every field of theirs is in the category victim."""

    name: VictimText | None = None
    role: VictimText | None = None
    date_of_birth: VictimText | None = None
    sex: VictimText | None = None
    ethnicity: VictimText | None = None
    address: VictimText | None = None
    telephone: VictimText | None = None
    email: VictimText | None = None
    vulnerable: Annotated[bool, Category.VICTIM] | None = None
    offence_sequence: Annotated[int, Category.VICTIM] | None = None


class Officer(Part):
    """The officer in the case, or the prosecutor."""

    name: StaffText | None = None
    rank: StaffText | None = None
    number: StaffText | None = None
    unit: StaffText | None = None
    telephone: StaffText | None = None
    email: StaffText | None = None


class CaseDefendant(Part):
    defendant: Defendant
    prosecutor_reference: ArrestSummonsNumber | None = None
    custody_status: CaseText | None = None
    bail_conditions: NarrativeText | None = None
    offences: Annotated[tuple[Offence, ...], Field(max_length=1_000)] = ()


class CasePackage(Payload):
    urn: Ptiurn
    court: Court | None = None
    court_case_reference: CourtCaseReference | None = None
    request_reference: CaseText | None = None
    originating_organisation: CaseText | None = None
    prosecuting_organisation: CaseText | None = None
    initiation: CaseText | None = None
    case_type: CaseText | None = None
    markers: tuple[CaseText, ...] = ()
    created_at: CaseMoment | None = None
    hearing: NextHearing | None = None
    hearing_on: CaseDate | None = None
    officer: Officer | None = None
    prosecutor: Officer | None = None
    summary: NarrativeText | None = None
    defendants: Annotated[tuple[CaseDefendant, ...], Field(min_length=1, max_length=200)]
    victims: Annotated[tuple[Victim, ...], Field(max_length=1_000)] = ()
    documents: Annotated[tuple[Document, ...], Field(max_length=200)] = ()

    def subject(self) -> str:
        return f"case:{self.urn}:package"

    def facts(self) -> Mapping[str, str]:
        court = self.court.ou_code if self.court else (self.hearing.court_ou_code if self.hearing else None)
        return {"force": self.urn[:2]} | ({"court": court} if court else {})

    def counts(self) -> Mapping[str, int]:
        offences = [offence for entry in self.defendants for offence in entry.offences]
        return {
            "cases": 1,
            "defendants": len(self.defendants),
            "offences": len(offences),
            "results": sum(len(offence.results) for offence in offences),
            "victims": len(self.victims),
            "documents": len(self.documents),
        }

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return tuple(entry.defendant for entry in self.defendants)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def replaces(self) -> str | None:
        return f"package:{self.urn}"


KIND = MessageKind(
    "case_package",
    1,
    "Case package of the prosecution",
    CasePackage,
    stops=(ClockStop("case_package_before_report", StopAt.RECEIPT, Target.AREA),),
)
