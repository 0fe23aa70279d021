"""case_transfer, version 1: one probation area transfers a case to another."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from schemas.kind import ALLOWED, Allowance, ClockStart, Keeping, Matter, MessageKind, Payload, SendOn, Target
from schemas.parts.assessment import Referred
from schemas.parts.document import Document
from schemas.parts.offence import CaseDate, CaseMoment, Offence, SentenceDate
from schemas.parts.part import (
    AssessmentText,
    CaseLabel,
    CaseText,
    ContactText,
    HealthText,
    NarrativeText,
    Part,
    RiskText,
    SentenceText,
    StaffText,
)
from schemas.parts.person import Address, Defendant

REPLY = "transfer_reply"


class Order(Part):
    """An order of the court that the area supervises."""

    type: SentenceText
    court_name: CaseText | None = None
    made_on: SentenceDate | None = None
    ends_on: SentenceDate | None = None
    length: SentenceText | None = None
    requirements: Annotated[tuple[SentenceText, ...], Field(max_length=50)] = ()
    hours_ordered: SentenceText | None = None
    hours_worked: SentenceText | None = None


class ContactEntry(Part):
    """One entry of the case record. A `note` may name anybody, including victims."""

    at: CaseDate | None = None
    type: AssessmentText | None = None
    officer: StaffText | None = None
    note: NarrativeText | None = None


class CaseTransfer(Payload):
    """`to_area` is an agency id, or a name that the registry knows. If the area has merged, the transfer goes to its
    successor. `enforcement` describes warnings, a breach or a warrant that are in progress.

    The sender supervises until the other area accepts. An acceptance ends its supervisions and begins one by the other
    area.
    """

    on_paper = True

    transfer_reference: CaseLabel
    to_area: CaseLabel
    requested_at: CaseMoment
    reason: CaseText | None = None
    moves_on: CaseDate | None = None
    offender: Defendant
    new_address: Address | None = None
    officer: StaffText | None = None
    team: StaffText | None = None
    next_of_kin: ContactText | None = None
    orders: Annotated[tuple[Order, ...], Field(max_length=50)] = ()
    offences: Annotated[tuple[Offence, ...], Field(max_length=500)] = ()
    risk_level: RiskText | None = None
    risk_summary: RiskText | None = None
    assessments: Referred = ()
    enforcement: SentenceText | None = None
    health_summary: HealthText | None = None
    supervision_plan: AssessmentText | None = None
    next_appointment_on: CaseDate | None = None
    contacts: Annotated[tuple[ContactEntry, ...], Field(max_length=5_000)] = ()
    documents: Annotated[tuple[Document, ...], Field(max_length=50)] = ()

    def subject(self) -> str:
        return f"transfer:{self.transfer_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.to_area,)

    def made_at(self) -> datetime:
        return self.requested_at

    def dated(self) -> date:
        return self.requested_at.date()

    def counts(self) -> Mapping[str, int]:
        return {
            "cases": 1,
            "defendants": 1,
            "orders": len(self.orders),
            "offences": len(self.offences),
            "results": sum(len(offence.results) for offence in self.offences),
            "contacts": len(self.contacts),
            "documents": len(self.documents),
        }

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.transfer_reference,)

    def matter(self) -> Matter:
        return Matter("transfer", Target.SENDER, Keeping.BEGINS)

    def sends_on(self) -> tuple[SendOn, ...]:
        return (SendOn(("risk_registration", "risk_review"), Target.NAMED, "risk_review"),)

    def clocks(self) -> tuple[ClockStart, ...]:
        return (
            ClockStart(
                REPLY,
                self.requested_at,
                Allowance(10, "working_days"),
                Target.NAMED,
                Target.SENDER,
                f"a transfer is accepted or refused within {ALLOWED}",
                remind_hours_before=(3 * 24, 24),
            ),
        )


KIND = MessageKind("case_transfer", 1, "Transfer of a case", CaseTransfer, starts=(REPLY,))
