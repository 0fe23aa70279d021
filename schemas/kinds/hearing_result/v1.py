"""hearing_result, version 1: what a court decided about one defendant in one case."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from schemas.custody.decide import Custody, custody_of
from schemas.fields import CourtCaseReference, Ptiurn
from schemas.kind import Allowance, Ask, ClockStart, Forward, Keeping, Matter, MessageKind, Payload, Target
from schemas.parts.offence import CaseDate, CaseMoment, CaseTime, Court, Offence, ReportingRestriction
from schemas.parts.part import CaseText, Part, SentenceText
from schemas.parts.person import AssociatedPerson, Defendant, age_on

TO_PRISON = "report_to_prison"
DELETED = "The court has deleted this hearing: its results do not count"
LONDON = ZoneInfo("Europe/London")


class Attendance(Part):
    """Whether and how the defendant attended one day of the hearing."""

    on: CaseDate | None = None
    presence: CaseText


class Sitting(Part):
    """One day on which a hearing sits, and the time at which it begins."""

    on: CaseDate
    at: CaseTime | None = None


class HearingResult(Payload):
    """`hearing_at` is the moment of sentence, as exactly as the court's system gives it. `shared_at` is when the court
    released this edition of the results.

    `hearing_id` is the court's own number of the hearing. `sittings` are its days, if it has others than the day of
    `hearing_at`. `receiving_prison` is the prison and `probation_team` the team that the court named, both as the court
    wrote them. `held_at` is where the defendant was in custody at the hearing.
    """

    said_in = ("offences[]", "offences[].results", "offences[].results[]")

    court: Court
    hearing_id: CaseText | None = None
    hearing_type: CaseText | None = None
    room: CaseText | None = None
    hearing_at: CaseMoment
    shared_at: CaseMoment | None = None
    sittings: tuple[Sitting, ...] = ()
    urn: Ptiurn
    court_case_reference: CourtCaseReference | None = None
    case_type: CaseText | None = None
    informant: CaseText | None = None
    case_markers: tuple[CaseText, ...] = ()
    reporting_restrictions: tuple[ReportingRestriction, ...] = ()
    defendant: Defendant
    associated_persons: tuple[AssociatedPerson, ...] = ()
    bail_status: CaseText | None = None
    bail_conditions: SentenceText | None = None
    reason_for_bail_or_custody: SentenceText | None = None
    present_at_hearing: CaseText | None = None
    attendance: tuple[Attendance, ...] = ()
    held_at: CaseText | None = None
    receiving_prison: CaseText | None = None
    probation_team: CaseText | None = None
    offences: Annotated[tuple[Offence, ...], Field(min_length=1, max_length=1_000)]

    def subject(self) -> str:
        return f"case:{self.urn}:{self.defendant.subject()}"

    def facts(self) -> Mapping[str, str]:
        facts = {"court": self.court.ou_code, "force": self.urn[:2], "sex": self.defendant.sex or "not_known"}
        if age_group := self._age_group():
            facts["age_group"] = age_group
        if self.receiving_prison is not None:
            facts["prison_as_written"] = self.receiving_prison
        return facts

    def _age_group(self) -> str | None:
        """Return the age group at the hearing. Without a usable date of birth, the court's own `youth` mark is used."""
        age = age_on(self.defendant.identity().date_of_birth, self.hearing_at.date())
        if age is not None:
            return "youth" if age < 18 else "young_adult" if age < 21 else "adult"
        return "youth" if self.defendant.youth else None

    def dated(self) -> date:
        return self.hearing_at.date()

    def counts(self) -> Mapping[str, int]:
        return {
            "cases": 1,
            "defendants": 1,
            "offences": len(self.offences),
            "results": sum(len(offence.results) for offence in self.offences),
        }

    def targets(self) -> tuple[Target, ...]:
        custodial = custody_of(self.offences).custody is Custody.IMMEDIATE
        return (Target.AREA, Target.POLICE, *((Target.PRISON,) if custodial else ()))

    def about(self) -> tuple[Defendant, ...]:
        return (self.defendant,)

    def case_references(self) -> tuple[str, ...]:
        return tuple(ref for ref in (self.urn, self.court_case_reference) if ref)

    def matter(self) -> Matter:
        """The court where the next hearing is has the case from here on."""
        hearings = [result.next_hearing for offence in self.offences for result in offence.results]
        courts = [hearing.court_ou_code or hearing.court_name for hearing in hearings if hearing is not None]
        passes_to = tuple(dict.fromkeys(court for court in courts if court))
        forces = ((self.urn, self.urn[:2]),)
        return Matter("case", self.court.ou_code, Keeping.ALONE, passes_to=passes_to, forces=forces)

    def replaces(self) -> str | None:
        """Return a key only if the person is certain: two defendants with one surname never replace each other."""
        identity = self.defendant.identity()
        if not identity.identifiers and identity.named_and_born() is None and identity.organisation is None:
            return None
        hearing = self.tells_of()
        return None if hearing is None else f"result:{self.subject()}:{hearing}"

    def perhaps_replaces(self) -> str | None:
        return f"perhaps:{self.subject()}:{self.hearing_at.date().isoformat()}"

    def tells_of(self) -> str | None:
        """Return the identity of the hearing as the court's own system gives it; None if it does not. One case can be
        heard twice on one day. Orders of two days of one hearing are two results."""
        if self.hearing_id is not None:
            return f"{self.hearing_id}:{self.hearing_at.date().isoformat()}"
        at = self.hearing_at.astimezone(LONDON)
        return None if at.time() == time.min else f"{self.court.ou_code}:{at.isoformat()}"

    def says_something(self) -> bool:
        return any(offence.results for offence in self.offences)

    def edition_at(self) -> datetime | None:
        return self.shared_at

    def withdrawn(self, at: datetime) -> Self | None:
        """The court has deleted the hearing: the same offences, and no result of any of them."""
        offences = tuple(
            offence.model_copy(
                update={
                    "results": (),
                    "title": offence.title or (None if offence.code or offence.wording else "not stated"),
                }
            )
            for offence in self.offences
        )
        decided: dict[str, object] = dict.fromkeys(
            ("bail_status", "bail_conditions", "reason_for_bail_or_custody", "receiving_prison", "probation_team")
        )
        told = {"offences": offences, "shared_at": at, "case_markers": (*self.case_markers, DELETED)}
        return self.model_copy(update=decided | told)

    def clocks(self) -> tuple[ClockStart, ...]:
        decision = custody_of(self.offences)
        if decision.custody is Custody.NONE or self.defendant.organisation is not None:
            return ()
        return (
            ClockStart(
                TO_PRISON,
                self.hearing_at,
                Allowance(48, "hours"),
                Target.AREA,
                Target.PRISON,
                decision.why,
                doubtful=decision.custody is Custody.DOUBTFUL,
                remind_hours_before=(24, 6, 1),
            ),
        )

    def forwards(self) -> tuple[Forward, ...]:
        return self.forwards_once_decided() if any(not clock.doubtful for clock in self.clocks()) else ()

    def forwards_once_decided(self) -> tuple[Forward, ...]:
        request: dict[str, object] = {
            "purpose": "prison",
            "requested_at": self.hearing_at.isoformat(),
            "court": self.court.model_dump(mode="json", exclude_none=True),
            "urn": self.urn,
            "reason": "a custodial sentence was passed and the exchange holds no report for the prison",
            "defendant": self.defendant.model_dump(mode="json", exclude_none=True),
        }
        if self.court_case_reference:
            request["court_case_reference"] = self.court_case_reference
        return (
            Forward("pre_sentence_report", Target.PRISON, TO_PRISON, Ask("report_request", 1, request, Target.AREA)),
        )


KIND = MessageKind("hearing_result", 1, "Result of a hearing", HearingResult, starts=(TO_PRISON,))
