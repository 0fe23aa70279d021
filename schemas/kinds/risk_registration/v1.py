"""risk_registration, version 1: a person is entered in a risk register, and the areas and police concerned are
informed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.kind import Allowance, ClockStart, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseDate, CaseMoment
from schemas.parts.part import CaseLabel, RiskText, StaffText, VictimText
from schemas.parts.person import Defendant
from schemas.parts.register import MappaCategory, MappaLevel, RegisterCategory, RegisterEntry

REVIEW = "risk_review"
Level = Literal["low", "medium", "high", "very_high"]


class RiskRegistration(Payload):
    """`inform` names the other areas to inform; the police of `force` are always informed. `at_risk` says who may be
    harmed. `category` says in words what `categories` says in codes."""

    in_register = True

    register_reference: CaseLabel
    registered_at: CaseMoment
    review_on: CaseDate
    inform: Annotated[tuple[CaseLabel, ...], Field(max_length=60)] = ()
    force: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$"), Category.CASE]
    offender: Defendant
    category: RiskText
    level: Annotated[Level, Category.RISK]
    categories: Annotated[tuple[RegisterCategory, ...], Field(max_length=8)] = ()
    mappa_category: MappaCategory | None = None
    mappa_level: MappaLevel | None = None
    background: RiskText | None = None
    reasons: RiskText | None = None
    management_plan: RiskText | None = None
    at_risk: Annotated[tuple[VictimText, ...], Field(max_length=50)] = ()
    division: StaffText | None = None
    team: StaffText | None = None
    officer: StaffText | None = None

    def subject(self) -> str:
        return f"register:{self.register_reference}"

    def facts(self) -> Mapping[str, str]:
        return {"force": self.force}

    def named(self) -> tuple[str, ...]:
        return self.inform

    def made_at(self) -> datetime:
        return self.registered_at

    def dated(self) -> date:
        return self.registered_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "registrations": 1}

    def targets(self) -> tuple[Target, ...]:
        return (Target.POLICE, *((Target.NAMED,) if self.inform else ()))

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.register_reference,)

    def matter(self) -> Matter:
        """An agency that is informed of an entry does not keep the register."""
        return Matter("register", Target.SENDER, Keeping.BEGINS, admits=())

    def register_entry(self) -> RegisterEntry:
        return RegisterEntry(
            self.register_reference,
            self.level,
            self.categories,
            self.mappa_category,
            self.mappa_level,
            self.review_on,
            self.division,
            self.team,
            self.officer,
        )

    def clocks(self) -> tuple[ClockStart, ...]:
        return (
            ClockStart(
                REVIEW,
                datetime.combine(self.review_on, time(12), UTC),
                Allowance(0, "working_days"),
                Target.SENDER,
                Target.SENDER,
                f"the entry is reviewed by {self.review_on.isoformat()}",
                remind_hours_before=(14 * 24, 3 * 24),
            ),
        )


KIND = MessageKind("risk_registration", 1, "Entry in a risk register", RiskRegistration, starts=(REVIEW,))
