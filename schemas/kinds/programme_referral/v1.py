"""programme_referral, version 1: a person is referred to a programme."""

from collections.abc import Mapping
from datetime import date

from schemas.kind import Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.assessment import Referred
from schemas.parts.offence import CaseDate
from schemas.parts.part import AssessmentText, CaseLabel, SentenceText, StaffText
from schemas.parts.person import Defendant


class ProgrammeReferral(Payload):
    """`to` is the agency that runs the programme. `assessments` are those on which the referral rests."""

    referral_reference: CaseLabel
    to: CaseLabel
    referred_on: CaseDate
    offender: Defendant
    programme: AssessmentText
    order: SentenceText | None = None
    order_ends_on: CaseDate | None = None
    reason: AssessmentText | None = None
    assessments: Referred = ()
    officer: StaffText | None = None
    team: StaffText | None = None

    def subject(self) -> str:
        return f"programme:{self.referral_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.to,)

    def dated(self) -> date:
        return self.referred_on

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "assessments": len(self.assessments)}

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def known_people(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return (self.referral_reference,)

    def matter(self) -> Matter:
        return Matter("programme", Target.SENDER, Keeping.BEGINS)


KIND = MessageKind("programme_referral", 1, "Referral to a programme", ProgrammeReferral)
