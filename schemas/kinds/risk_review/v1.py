"""risk_review, version 1: an entry in a risk register was reviewed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.category import Category
from schemas.kind import Allowance, ClockStart, ClockStop, Keeping, Matter, MessageKind, Payload, StopAt, Target
from schemas.parts.offence import CaseDate, CaseMoment
from schemas.parts.part import CaseLabel, RiskText, StaffText
from schemas.parts.person import Defendant
from schemas.parts.register import MappaCategory, MappaLevel, RegisterCategory, RegisterEntry

REVIEW = "risk_review"


class RiskReview(Payload):
    """`next_review_on` is missing if the person has left the register. The codes are given where they have changed. It
    reaches everybody who was told of the entry or of an earlier review, also if `inform` does not name them."""

    reaches_all_told = True
    in_register = True

    register_reference: CaseLabel
    reviewed_at: CaseMoment
    outcome: Annotated[Literal["continued", "level_changed", "deregistered"], Category.RISK]
    level: Annotated[Literal["low", "medium", "high", "very_high"], Category.RISK] | None = None
    categories: Annotated[tuple[RegisterCategory, ...], Field(max_length=8)] = ()
    mappa_category: MappaCategory | None = None
    mappa_level: MappaLevel | None = None
    next_review_on: CaseDate | None = None
    inform: Annotated[tuple[CaseLabel, ...], Field(max_length=60)] = ()
    force: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$"), Category.CASE]
    offender: Defendant
    comment: RiskText | None = None
    division: StaffText | None = None
    team: StaffText | None = None
    officer: StaffText | None = None

    @model_validator(mode="after")
    def _is_reviewed_again(self) -> Self:
        if self.outcome != "deregistered" and self.next_review_on is None:
            raise ValueError("an entry that stays in the register must have the day of its next review")
        return self

    def subject(self) -> str:
        return f"register:{self.register_reference}"

    def facts(self) -> Mapping[str, str]:
        return {"force": self.force}

    def named(self) -> tuple[str, ...]:
        return self.inform

    def made_at(self) -> datetime:
        return self.reviewed_at

    def dated(self) -> date:
        return self.reviewed_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "reviews": 1}

    def targets(self) -> tuple[Target, ...]:
        return (Target.POLICE, *((Target.NAMED,) if self.inform else ()))

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.register_reference,)

    def matter(self) -> Matter:
        return Matter("register", Target.SENDER, Keeping.ANSWERS, admits=())

    def register_entry(self) -> RegisterEntry:
        return RegisterEntry(
            self.register_reference,
            self.level,
            self.categories,
            self.mappa_category,
            self.mappa_level,
            self.next_review_on,
            self.division,
            self.team,
            self.officer,
        )

    def clocks(self) -> tuple[ClockStart, ...]:
        if self.next_review_on is None or self.outcome == "deregistered":
            return ()
        return (
            ClockStart(
                REVIEW,
                datetime.combine(self.next_review_on, time(12), UTC),
                Allowance(0, "working_days"),
                Target.SENDER,
                Target.SENDER,
                f"the entry is reviewed by {self.next_review_on.isoformat()}",
                remind_hours_before=(14 * 24, 3 * 24),
            ),
        )


KIND = MessageKind(
    "risk_review",
    1,
    "Review of an entry in a risk register",
    RiskReview,
    stops=(ClockStop(REVIEW, StopAt.ACCEPTED, Target.SENDER),),
    starts=(REVIEW,),
)
