"""court_list, version 1: what a court sits to hear on one day, for the probation area of that court."""

from collections.abc import Mapping
from datetime import datetime, time
from itertools import count
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from schemas.category import Category
from schemas.fields import Crn, Ptiurn
from schemas.kind import Allowance, ClockStart, ClockStop, Known, MessageKind, Payload, StopAt, Target
from schemas.kinds.court_list.editions import changes_between
from schemas.offence import CaseDate, CaseTime, Court, Offence
from schemas.part import CaseText, IdentityText, Part
from schemas.person import Address, Defendant

BEFORE_SITTING = "court_list_before_sitting"


class ParentGuardian(Part):
    """Whoever is responsible for a young defendant; `type` is the sender's code for a person or an organisation."""

    type: CaseText | None = None
    name: IdentityText | None = None
    address: Address | None = None


class KnownToArea(Part):
    """The recipient supervises this person already; `by` says how that was found, `match_weight` (log2 of the odds) how
    sure linkage is of it. The exchange writes it, for each recipient anew."""

    by: CaseText
    crn: Crn | None = None
    match_weight: Annotated[float, Field(ge=-1_000, le=1_000), Category.CASE] | None = None


class ListChange(Part):
    """What a later edition changed about one defendant's case; `parts` are the fields, without their values.

    `defendant` is the name as the later list writes it, or the former where it was taken out.
    """

    number: CaseText
    defendant: IdentityText | None = None
    change: Annotated[Literal["added", "removed", "changed"], Category.CASE]
    parts: tuple[CaseText, ...] = ()


class Case(Part):
    """One defendant's case in the list. `hearing_type` says what is to be done: a first hearing, a trial, the sentence.

    `valid` is the court's own flag: false where the court marks the entry as not valid. `linked` is the court's mark
    of a case that belongs to another. `defendant_age` is in years, as the court counted it.
    """

    id: CaseText | None = None
    hearing_id: CaseText | None = None
    hearing_type: CaseText | None = None
    number: CaseText
    urn: Ptiurn | None = None
    valid: Annotated[bool, Category.CASE] | None = None
    type: CaseText | None = None
    defendant_type: CaseText | None = None
    informant: CaseText | None = None
    marker: CaseText | None = None
    linked: CaseText | None = None
    sequence: Annotated[int, Field(ge=0), Category.CASE] | None = None
    list_number: CaseText | None = None
    block_id: CaseText | None = None
    block: CaseText | None = None
    block_starts_at: CaseTime | None = None
    block_ends_at: CaseTime | None = None
    defendant: Defendant
    defendant_age: Annotated[int, Field(ge=0, le=150), Category.IDENTITY] | None = None
    parent_guardian: ParentGuardian | None = None
    offences: tuple[Offence, ...] = ()
    known: KnownToArea | None = None


class Session(Part):
    """A sitting in one room. `list_type` is given only where the lists of one day are of several types."""

    id: CaseText | None = None
    on: CaseDate
    room: CaseText | None = None
    panel: CaseText | None = None
    management_unit: CaseText | None = None
    area_code: CaseText | None = None
    list_type: CaseText | None = None
    starts_at: CaseTime | None = None
    ends_at: CaseTime | None = None
    cases: tuple[Case, ...] = ()


class CourtList(Payload):
    """A list of all that the court sits to hear that day; with `hearing_id`, of that one hearing alone, which replaces
    only what was said of that hearing before."""

    court: Court
    date: CaseDate
    list_type: CaseText | None = None
    hearing_id: CaseText | None = None
    sessions: tuple[Session, ...]
    changes: tuple[ListChange, ...] = ()

    def subject(self) -> str:
        hearing = f":{self.hearing_id}" if self.hearing_id else ""
        return f"court_list:{self.court.ou_code}:{self.date.isoformat()}{hearing}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code}

    def counts(self) -> Mapping[str, int]:
        cases = [case for session in self.sessions for case in session.cases]
        return {
            "sessions": len(self.sessions),
            "cases": len({(case.hearing_id, case.id, case.number) for case in cases}),
            "defendants": len(cases),
            "offences": sum(len(case.offences) for case in cases),
            "results": sum(len(offence.results) for case in cases for offence in case.offences),
        }

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return tuple(case.defendant for session in self.sessions for case in session.cases)

    def replaces(self) -> str | None:
        return self.subject()

    def compared_with(self, former: Self) -> Self:
        changes = tuple(
            ListChange(number=each.number, defendant=each.defendant, change=each.change, parts=each.parts)
            for each in changes_between(former, self)
        )
        return self.model_copy(update={"changes": changes})

    def marked(self, known: Mapping[int, Known]) -> Self:
        position = count()
        sessions = tuple(
            session.model_copy(
                update={"cases": tuple(_marked(case, known.get(next(position))) for case in session.cases)}
            )
            for session in self.sessions
        )
        return self.model_copy(update={"sessions": sessions})

    def clocks(self) -> tuple[ClockStart, ...]:
        starts = (session.starts_at.replace(tzinfo=None) for session in self.sessions if session.starts_at)
        sitting = datetime.combine(self.date, min(starts, default=time(9, 30)), ZoneInfo("Europe/London"))
        return (
            ClockStart(
                BEFORE_SITTING,
                sitting,
                Allowance(0, "hours"),
                Target.COURT,
                Target.AREA,
                f"the court sits on {self.date.isoformat()}",
            ),
        )


def _marked(case: Case, known: Known | None) -> Case:
    mark = known and KnownToArea(by=known.by, crn=known.crn, match_weight=known.match_weight)
    return case.model_copy(update={"known": mark})


KIND = MessageKind(
    "court_list",
    1,
    "Court list",
    CourtList,
    stops=(ClockStop(BEFORE_SITTING, StopAt.RECEIPT, Target.AREA),),
    starts=(BEFORE_SITTING,),
)
