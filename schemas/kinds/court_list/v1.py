"""court_list, version 1: the cases before a court on one day, or one hearing on all its days, for the probation area
of that court."""

from collections.abc import Mapping
from datetime import datetime, time
from itertools import count
from typing import Self
from zoneinfo import ZoneInfo

from schemas.fields import Day
from schemas.kind import Allowance, ClockStart, ClockStop, MessageKind, Payload, StopAt, Target
from schemas.kinds.court_list.editions import changes_between
from schemas.kinds.court_list.parts import (
    PLACES_MAX,
    Case,
    Incomplete,
    KnownToArea,
    ListChange,
    ParentGuardian,
    Session,
)
from schemas.parts.offence import CaseDate, Court
from schemas.parts.part import CaseLabel, CaseText
from schemas.parts.person import Defendant
from schemas.parts.supervision import Known

__all__ = ["KIND", "Case", "CourtList", "ParentGuardian", "Session"]

BEFORE_SITTING = "court_list_before_sitting"


class CourtList(Payload):
    """All cases that the court hears on the day `date`.

    With `hearing_id`, it holds only that one hearing, on all its days: a session for each day, `date` is the first. It
    replaces whatever was said before about when and where this hearing is, so a hearing that was moved is no longer
    listed on its old day or at its old court. `incomplete` is set if entries of the court's list were refused."""

    entries = ("sessions[]", "sessions[].cases[]")

    court: Court
    date: CaseDate
    list_type: CaseText | None = None
    hearing_id: CaseLabel | None = None
    sessions: tuple[Session, ...]
    incomplete: Incomplete | None = None
    changes: tuple[ListChange, ...] = ()

    def subject(self) -> str:
        """Return the day, or the hearing. Court and day are no part of a hearing's identity, because hearings are
        moved."""
        if self.hearing_id:
            return f"court_list:hearing:{self.hearing_id}"
        return f"court_list:{self.court.ou_code}:{self.date.isoformat()}"

    def facts(self) -> Mapping[str, str]:
        return {"court": self.court.ou_code}

    def dated(self) -> Day:
        return self.date

    def counts(self) -> Mapping[str, int]:
        cases = [case for session in self.sessions for case in session.cases]
        missing = {"missing": self.incomplete.missing} if self.incomplete else {}
        return {
            "sessions": len(self.sessions),
            "cases": len({(case.hearing_id, case.id, case.number) for case in cases}),
            "defendants": len(cases),
            "offences": sum(len(case.offences) for case in cases),
            "results": sum(len(offence.results) for case in cases for offence in case.offences),
            **missing,
        }

    def targets(self) -> tuple[Target, ...]:
        return (Target.AREA,)

    def about(self) -> tuple[Defendant, ...]:
        return tuple(case.defendant for session in self.sessions for case in session.cases)

    def replaces(self) -> str | None:
        of = f"hearing:{self.hearing_id}" if self.hearing_id else self.date.isoformat()
        return f"court_list:{self.court.ou_code}:{of}"

    def listed_hearing(self) -> str | None:
        return self.hearing_id

    def withdrawn(self, at: datetime) -> Self | None:
        """Only the list of one hearing is withdrawn: it then lists nobody."""
        return self.model_copy(update={"sessions": (), "incomplete": None}) if self.hearing_id is not None else None

    def compared_with(self, former: Self) -> Self:
        return self.model_copy(update={"changes": changes_between(former, self)})

    def lacking(self, places: tuple[str, ...]) -> Self:
        if not places:
            return self
        incomplete = Incomplete(missing=len(places), places=places[:PLACES_MAX])
        return self.model_copy(update={"incomplete": incomplete})

    def marked(self, known: Mapping[int, Known]) -> Self:
        position = count()
        sessions = tuple(
            session.model_copy(
                update={"cases": tuple(_marked(case, known.get(next(position))) for case in session.cases)}
            )
            for session in self.sessions
        )
        return self.model_copy(update={"sessions": sessions})

    def marked_elsewhere(self, areas: Mapping[int, tuple[str, ...]]) -> Self:
        position = count()
        sessions = tuple(
            session.model_copy(
                update={
                    "cases": tuple(
                        case.model_copy(update={"known_elsewhere": areas.get(next(position), ())})
                        for case in session.cases
                    )
                }
            )
            for session in self.sessions
        )
        return self.model_copy(update={"sessions": sessions})

    def clocks(self) -> tuple[ClockStart, ...]:
        of_the_day = (session for session in self.sessions if not self.hearing_id or session.on == self.date)
        starts = (session.starts_at.replace(tzinfo=None) for session in of_the_day if session.starts_at)
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
