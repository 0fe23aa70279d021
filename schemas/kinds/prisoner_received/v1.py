"""prisoner_received, version 1: a prison holds a prisoner from now on, who came from court or from another prison."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self

from pydantic import model_validator

from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import (
    Allowance,
    Ask,
    ClockStart,
    ClockStop,
    Forward,
    Keeping,
    Matter,
    MessageKind,
    Payload,
    SendOn,
    StopAt,
    Target,
)
from schemas.parts.offence import CaseMoment, Court
from schemas.parts.part import CaseLabel, CaseText, StaffText
from schemas.parts.person import Defendant

AFTER_MOVE = "report_after_move"
_WAITS = ("report_to_prison", AFTER_MOVE)


class PrisonerReceived(Payload):
    """`prison` holds the prisoner from `received_at` on. `from_prison` held them before; it is missing if they came
    from court. Both are agency ids or names that the registry knows, and either of the two may say it.

    `court` passed the sentence. `urn` or `court_case_reference` is that of the case. A prisoner who is held for two
    cases has a message for each.
    """

    reception_reference: CaseLabel
    prison: CaseLabel
    from_prison: CaseLabel | None = None
    received_at: CaseMoment
    court: Court
    urn: Ptiurn | None = None
    court_case_reference: CourtCaseReference | None = None
    offender: Defendant
    reason: CaseText | None = None
    officer: StaffText | None = None

    @model_validator(mode="after")
    def _names_a_case_and_two_prisons(self) -> Self:
        if self.urn is None and self.court_case_reference is None:
            raise ValueError("give the reference of the case, so that its report can follow the prisoner")
        if self.from_prison == self.prison:
            raise ValueError("a prisoner is received from another prison, or from court")
        return self

    def subject(self) -> str:
        return f"case:{self.urn or self.court_case_reference}:{self.offender.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code, "prison": self.prison}

    def made_at(self) -> datetime:
        return self.received_at

    def dated(self) -> date:
        return self.received_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 1, "defendants": 1, "offences": 0, "results": 0, "receptions": 1}

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.offender,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def matter(self) -> Matter:
        """Only the prison that holds the prisoner now, or the one that held them before, says it. The case goes on to
        the prison that holds them."""
        prisons = tuple(prison for prison in (self.prison, self.from_prison) if prison)
        forces = ((self.urn, self.urn[:2]),) if self.urn else ()
        return Matter(
            "case",
            self.court.ou_code,
            Keeping.ANSWERS,
            passes_to=(self.prison,),
            forces=forces,
            spoken_by=prisons,
        )

    def clocks(self) -> tuple[ClockStart, ...]:
        if self.from_prison is None:
            return ()  # the sentence has started the clock
        return (
            ClockStart(
                AFTER_MOVE,
                self.received_at,
                Allowance(48, "hours"),
                Target.AREA,
                Target.PRISON,
                "the prisoner was moved to another prison",
                remind_hours_before=(24, 6, 1),
            ),
        )

    def stops(self) -> tuple[ClockStop, ...]:
        """The prison that held the prisoner before needs the report no more."""
        if self.from_prison is None:
            return ()
        at = self.received_at
        return tuple(ClockStop(clock, StopAt.ACCEPTED, Target.PRISON, void=True, before=at) for clock in _WAITS)

    def forwards(self) -> tuple[Forward, ...]:
        if self.from_prison is None:
            return ()
        request: dict[str, object] = {
            "purpose": "prison",
            "requested_at": self.received_at.isoformat(),
            "court": self.court.model_dump(mode="json", exclude_none=True),
            "reason": "the prisoner was moved to another prison and the exchange holds no report for it",
            "defendant": self.offender.model_dump(mode="json", exclude_none=True),
        }
        references = {"urn": self.urn, "court_case_reference": self.court_case_reference}
        request |= {name: reference for name, reference in references.items() if reference}
        ask = Ask("report_request", 1, request, Target.AREA)
        return (Forward("pre_sentence_report", Target.PRISON, AFTER_MOVE, ask),)

    def sends_on(self) -> tuple[SendOn, ...]:
        return (SendOn(("risk_registration", "risk_review"), Target.PRISON, "risk_review"),)


KIND = MessageKind("prisoner_received", 1, "Reception of a prisoner", PrisonerReceived, starts=(AFTER_MOVE,))
