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
    """The recipient supervises this person already; `by` says how that was found."""

    by: CaseText
    crn: Crn | None = None


class ListChange(Part):
    """What a later edition changed about one defendant's case; `parts` are the fields, without their values."""

    number: CaseText
    change: Annotated[Literal["added", "removed", "changed"], Category.CASE]
    parts: tuple[CaseText, ...] = ()


class Case(Part):
    """One defendant's case in the list.

    `valid` is the court's own flag: false where the court marks the entry as not valid. `linked` is the court's mark
    of a case that belongs to another. `defendant_age` is in years, as the court counted it.
    """

    id: CaseText | None = None
    hearing_id: CaseText | None = None
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
    court: Court
    date: CaseDate
    list_type: CaseText | None = None
    sessions: tuple[Session, ...]
    changes: tuple[ListChange, ...] = ()

    def subject(self) -> str:
        return f"court_list:{self.court.ou_code}:{self.date.isoformat()}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code}

    def counts(self) -> Mapping[str, int]:
        cases = [case for session in self.sessions for case in session.cases]
        return {
            "sessions": len(self.sessions),
            "cases": len(cases),
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
        return self.model_copy(update={"changes": changes_between(former, self)})

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
    return case if known is None else case.model_copy(update={"known": KnownToArea(by=known.by, crn=known.crn)})


def changes_between(former: CourtList, later: CourtList) -> tuple[ListChange, ...]:
    """Case by case and defendant by defendant, in the order of the later list, then what was taken out of it.

    A defendant is the same by the case's number and a valid identifier, else the name.
    """
    before, after = _by_defendant(former), _by_defendant(later)
    changes = []
    for key, entry in after.items():
        if key not in before:
            changes.append(ListChange(number=key[0], change="added"))
        elif parts := _changed_parts(before[key], entry):
            changes.append(ListChange(number=key[0], change="changed", parts=parts))
    changes += [ListChange(number=key[0], change="removed") for key in before if key not in after]
    return tuple(changes)


def _by_defendant(listed: CourtList) -> dict[tuple[str, str], dict[str, object]]:
    return {
        (case.number, case.defendant.subject()): case.model_dump(exclude={"known"})
        | {f"session.{name}": getattr(session, name) for name in ("on", "room", "starts_at")}
        for session in listed.sessions
        for case in session.cases
    }


def _changed_parts(before: dict[str, object], after: dict[str, object]) -> tuple[str, ...]:
    return tuple(name for name in after if before.get(name) != after[name])


KIND = MessageKind(
    "court_list",
    1,
    "Court list",
    CourtList,
    stops=(ClockStop(BEFORE_SITTING, StopAt.RECEIPT, Target.AREA),),
)
