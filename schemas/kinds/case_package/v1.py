"""case_package, version 1: the prosecution's case, for the probation area that writes a report."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.fields import ArrestSummonsNumber, CourtCaseReference, OuCode, Ptiurn
from schemas.kind import ClockStop, Keeping, Matter, MessageKind, Payload, StopAt, Target
from schemas.parts.document import Document
from schemas.parts.offence import SEQUENCE, CaseDate, CaseMoment, Court, NextHearing, Offence
from schemas.parts.part import (
    CaseLabel,
    CaseText,
    ContactText,
    HealthText,
    IdentityText,
    NarrativeText,
    Part,
    StaffText,
    VictimText,
)
from schemas.parts.person import Address, Defendant


class Victim(Part):
    """A person who was harmed, or a witness. Every field is in the category victim. `relationship` is to the defendant;
    `statement` is what they say the offence did to them."""

    name: VictimText | None = None
    role: VictimText | None = None
    date_of_birth: VictimText | None = None
    sex: VictimText | None = None
    ethnicity: VictimText | None = None
    address: VictimText | None = None
    telephone: VictimText | None = None
    email: VictimText | None = None
    relationship: VictimText | None = None
    statement: VictimText | None = None
    vulnerable: Annotated[bool, Category.VICTIM] | None = None
    offence_sequence: Annotated[int, SEQUENCE, Category.VICTIM] | None = None


class Officer(Part):
    """The officer in the case, or the prosecutor."""

    name: StaffText | None = None
    rank: StaffText | None = None
    number: StaffText | None = None
    unit: StaffText | None = None
    telephone: StaffText | None = None
    email: StaffText | None = None


class Guardian(Part):
    """The person who is responsible for a young defendant."""

    name: IdentityText | None = None
    address: Address | None = None
    telephone: ContactText | None = None
    email: ContactText | None = None


class CaseDefendant(Part):
    """`prosecutor_id` is the prosecutor's own number for the person. `court_ou_code` is given if the defendants of a
    case are before different courts. Languages are codes: E or W. `previous_convictions` is how many are cited."""

    defendant: Defendant
    parent_guardian: Guardian | None = None
    prosecutor_id: CaseLabel | None = None
    prosecutor_reference: ArrestSummonsNumber | None = None
    court_ou_code: OuCode | None = None
    occupation: IdentityText | None = None
    documentation_language: CaseText | None = None
    hearing_language: CaseText | None = None
    language_needs: CaseText | None = None
    special_needs: HealthText | None = None
    previous_convictions: Annotated[int, Field(ge=0, le=9_999), Category.OFFENCE] | None = None
    custody_status: CaseText | None = None
    bail_conditions: NarrativeText | None = None
    offences: Annotated[tuple[Offence, ...], Field(max_length=1_000)] = ()


class CasePackage(Payload):
    """The material of one case often comes in several messages. Each adds to those before and replaces none."""

    urn: Ptiurn
    court: Court | None = None
    court_case_reference: CourtCaseReference | None = None
    request_reference: CaseLabel | None = None
    prosecutor_case_id: CaseLabel | None = None
    originating_organisation: CaseText | None = None
    prosecuting_organisation: CaseText | None = None
    initiation: CaseText | None = None
    case_type: CaseText | None = None
    markers: Annotated[tuple[CaseText, ...], Field(max_length=100)] = ()
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

    def dated(self) -> date | None:
        return self.created_at.date() if self.created_at else None

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

    def matter(self) -> Matter:
        return Matter("case", self.facts().get("court"), Keeping.ANSWERS, forces=((self.urn, self.urn[:2]),))


KIND = MessageKind(
    "case_package",
    1,
    "Case package of the prosecution",
    CasePackage,
    stops=(ClockStop("case_package_before_report", StopAt.RECEIPT, Target.AREA),),
)
