"""A hearing event: a result for each defendant who has one, and a list of each sitting day for the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from adapters.contract import Draft
from adapters.systems.common_platform.decoding.applications import add_applications, share_out
from adapters.systems.common_platform.decoding.drafts import built, draft, read_court
from adapters.systems.common_platform.decoding.entries import Entry, read_entries
from adapters.systems.common_platform.decoding.moments import at_start_of, day_of, read_moment
from adapters.systems.common_platform.decoding.record import Notes, Record
from adapters.systems.common_platform.decoding.wrapping import Facts, Found
from schemas.kinds.court_list.v1 import Case, CourtList
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.offence import Court
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day of a hearing. `moment` is None where only the day is given."""

    day: date
    moment: datetime | None
    sequence: int | None
    cancelled: bool

    @property
    def starts_at(self) -> time | None:
        return self.moment.time() if self.moment else None


@dataclass(frozen=True, slots=True)
class _Hearing:
    found: Found
    court: Court
    id: str | None
    type: str | None
    room: str | None
    restriction: str | None
    sittings: tuple[Sitting, ...]
    notes: Notes


def read_hearing(found: Found, refused: list[Problem]) -> Iterator[Draft]:
    """Raises Refused if nothing of the hearing can be taken; a bad defendant goes to `refused`."""
    record = Record(found.values, found.path, Notes())
    centre = record.only("courtCentre")
    hearing = _Hearing(
        found=found,
        court=read_court(centre),
        id=record.text("id"),
        type=record.only("type").text("description"),
        room=centre.text("roomName"),
        restriction=record.text("reportingRestrictionReason"),
        sittings=tuple(read_sittings(record, "hearingDays")),
        notes=record.notes,
    )
    before = len(refused)
    entries = read_entries(record, refused)
    add_applications(record, entries, refused)
    share_out(record, entries)
    record.leftovers()
    cancelled = any(sitting.cancelled for sitting in hearing.sittings)
    if not entries and len(refused) == before and not cancelled:
        record.refuse("common_platform.no_cases", None, "lists no case", "send the cases that are heard")
    listed: list[Entry] = []
    for entry in entries:
        if not _has_results(entry, found.facts):
            listed.append(entry)
            continue
        try:
            yield _result(hearing, entry)
        except Refused as refusal:
            refused.extend(refusal.problems)
    if listed or (cancelled and not entries):
        yield from _lists(hearing, listed, refused)


def _has_results(entry: Entry, facts: Facts) -> bool:
    """In an event that shares results, a defendant without any has had them all taken back."""
    return entry.sharing.any or facts.shared_at is not None


def read_sittings(record: Record, name: str) -> Iterator[Sitting]:
    for day in record.each(name):
        on = day_of(day, "sittingDay")
        if on is None:
            day.refuse("date.missing", "sittingDay", "gives no sittingDay", "send the day of the hearing")
        moment = read_moment(day.text("sittingDay") or "")
        yield Sitting(on, moment, day.number("listingSequence", 9999), day.flag("isCancelled"))


# ---- lists ----


def _lists(hearing: _Hearing, entries: list[Entry], refused: list[Problem]) -> Iterator[Draft]:
    """A day that was cancelled has an empty list, which takes back what was listed before."""
    if not hearing.sittings:
        raise Refused(
            Problem(
                "date.missing", f"{hearing.found.path}.hearingDays", "no day is given", "send the days of the hearing"
            )
        )
    notes = Notes()
    notes.include(hearing.notes)
    cases = []
    for entry in entries:
        try:
            cases.append(built(Case, _case(hearing, entry), entry.where))
        except Refused as refusal:
            refused.extend(refusal.problems)
            continue
        notes.include(entry.notes)
        if not entry.offences:
            problem, cure = "the case lists no offence", "check that none was left out"
            notes.add("common_platform.no_offences", "offences", entry.where, problem, cure)
    for sitting in hearing.sittings:
        if cases or sitting.cancelled:
            yield _list(hearing, sitting, cases, notes)


def _case(hearing: _Hearing, entry: Entry) -> dict[str, Any]:
    return entry.case | {
        "marker": "; ".join(filter(None, [entry.case["marker"], hearing.restriction])) or None,
        "number": entry.number,
        "hearing_id": hearing.id,
        "hearing_type": hearing.type,
        "defendant": entry.defendant,
        "parent_guardian": entry.guardian,
        "offences": entry.offences,
    }


def _list(hearing: _Hearing, sitting: Sitting, cases: list[Case], notes: Notes) -> Draft:
    placed = [case.model_copy(update={"sequence": sitting.sequence}) for case in cases]
    session = {"on": sitting.day, "room": hearing.room, "starts_at": sitting.starts_at, "cases": placed}
    values = {
        "court": hearing.court,
        "date": sitting.day,
        "hearing_id": hearing.id,
        "sessions": [] if sitting.cancelled else [session],
    }
    payload = built(CourtList, values, hearing.found.path)
    parts = (hearing.id, sitting.day.isoformat())
    facts, where = hearing.found.facts, hearing.found.path
    return draft("court_list", payload, hearing.court.ou_code, parts, facts, notes, where)


# ---- results ----


def _result(hearing: _Hearing, entry: Entry) -> Draft:
    notes = Notes()
    notes.include(hearing.notes)
    notes.include(entry.notes)
    facts = hearing.found.facts
    return result_draft(entry, hearing.court, hearing.sittings, hearing.id, facts, notes)


def result_draft(
    entry: Entry, court: Court, sittings: tuple[Sitting, ...], hearing_id: str | None, facts: Facts, notes: Notes
) -> Draft:
    """The result of one defendant in one case. Raises Refused."""
    at = Record({}, entry.where, notes)
    if not entry.offences:
        at.refuse("common_platform.no_offences", None, "has results and no offence", "send the offences too")
    shared_at = max([*entry.sharing.shared, *filter(None, [facts.shared_at])], default=None)
    values = {
        "court": court,
        "hearing_at": _hearing_at(at, entry.sharing.ordered, sittings, shared_at),
        "shared_at": shared_at,
        "hearing_id": hearing_id,
        "urn": entry.number,
        "defendant": entry.defendant,
        "offences": [offence | {"results": entry.sharing.own(offence["results"])} for offence in entry.offences],
        **entry.bail,
    }
    if entry.sharing.earlier:
        problem = "repeats what another hearing decided; it is told with the results of that hearing"
        notes.add("common_platform.earlier_result", "", entry.where, problem, "nothing, if those were sent")
    payload = built(HearingResult, values, entry.where)
    parts = (hearing_id, entry.number, entry.defendant_id)
    return draft("hearing_result", payload, court.ou_code, parts, facts, notes, entry.where)


def _hearing_at(at: Record, days: set[date], sittings: tuple[Sitting, ...], shared_at: datetime | None) -> datetime:
    """The sitting on the day of the latest order. A clock counts from it: where it is unsure, it is rather early."""
    if not days:
        return _without_order(at, sittings, shared_at)
    if len(days) > 1:
        _unsure(at, "common_platform.several_days", "its results were ordered on several days; the last was taken")
    moments = [sitting.moment for sitting in sittings if sitting.day == max(days) and sitting.moment]
    if not moments:
        _unsure(
            at,
            "common_platform.no_time",
            "no sitting has the time of the day of the order; the clocks count from its start",
        )
    return min(moments, default=at_start_of(max(days)))


def _without_order(at: Record, sittings: tuple[Sitting, ...], shared_at: datetime | None) -> datetime:
    moments = sorted(sitting.moment or at_start_of(sitting.day) for sitting in sittings)
    if not moments:
        at.refuse("date.missing", None, "says neither when it sat nor when it ordered", "send the sitting day")
    if len(moments) > 1:
        _unsure(at, "common_platform.no_order_date", "no result says on which of the sitting days it was ordered")
    past = [moment for moment in moments if shared_at and moment <= shared_at]
    return past[-1] if past else moments[0]


def _unsure(at: Record, code: str, problem: str) -> None:
    cure = "send orderedDate and the sittings with their times; until then treat the time of the result as unsure"
    at.notes.add(code, "", at.path, problem, cure)
