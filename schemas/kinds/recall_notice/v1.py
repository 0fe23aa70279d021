"""recall_notice, version 1: the directorate revokes a licence and recalls a person to prison."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from schemas.category import Category
from schemas.kind import LINK_DECIDED, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseMoment, SentenceDate
from schemas.parts.part import CaseLabel, RiskText, SentenceText, StaffText
from schemas.parts.person import Address, Defendant
from schemas.parts.supervision import Routed, RoutedBy


class RecallNotice(Payload):
    """`area` is the area that asked for the recall, if the directorate names it. `last_address` is where the police
    look first. A later notice under the same reference replaces the earlier one."""

    recall_reference: CaseLabel
    revoked_at: CaseMoment
    area: CaseLabel | None = None
    force: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$"), Category.CASE]
    offender: Defendant
    last_address: Address | None = None
    licence: SentenceText | None = None
    sentenced_on: SentenceDate | None = None
    reason: SentenceText
    warnings: Annotated[tuple[RiskText, ...], Field(max_length=50)] = ()
    issued_by: StaffText | None = None
    routed_by: RoutedBy | None = None
    """Why a probation area gets it. The exchange writes it."""

    def marked_routed(self, routed: Routed) -> Self:
        return self.model_copy(update={"routed_by": routed.value})

    def subject(self) -> str:
        return f"recall:{self.recall_reference}"

    def facts(self) -> Mapping[str, str]:
        return {"force": self.force} | ({"area": self.area} if self.area else {})

    def made_at(self) -> datetime:
        return self.revoked_at

    def dated(self) -> date:
        return self.revoked_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "recalls": 1}

    def targets(self) -> tuple[Target, ...]:
        return (Target.POLICE, *((Target.AREA,) if self.area else ()), Target.SUPERVISOR)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.recall_reference,)

    def matter(self) -> Matter:
        return Matter("recall", Target.SENDER, Keeping.BEGINS, admits=())

    def replaces(self) -> str | None:
        return f"recall:{self.recall_reference}:{self.offender.subject()}"


KIND = MessageKind("recall_notice", 1, "Recall to prison", RecallNotice, starts=(LINK_DECIDED,))
