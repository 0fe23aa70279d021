"""Reads a hearing event: a result for each defendant who has one, and a list of the hearing for the others."""

from collections.abc import Iterator
from typing import Any

from adapters.contract import Draft
from adapters.fitting import joined
from adapters.systems.common_platform.decoding.drafts import built, draft, read_court
from adapters.systems.common_platform.decoding.hearing.applications import add_applications
from adapters.systems.common_platform.decoding.hearing.decided import Hearing, result_draft
from adapters.systems.common_platform.decoding.hearing.entries import Entry, read_entries
from adapters.systems.common_platform.decoding.hearing.placing import move_to_named_offences, share_out
from adapters.systems.common_platform.decoding.hearing.sittings import Sitting, read_sittings
from adapters.systems.common_platform.decoding.losses import Losses
from adapters.systems.common_platform.decoding.notes import Notes
from adapters.systems.common_platform.decoding.people import is_guardian
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.wrapping import Found
from schemas.kinds.court_list.v1 import Case, CourtList
from schemas.problem import Problem, Refused


def read_hearing(found: Found, refused: list[Problem]) -> Iterator[Draft]:
    """Read a hearing. A bad defendant goes to `refused`. Raises Refused if nothing in the hearing can be accepted."""
    record, losses = found.record(), Losses(refused)
    hearing = _hearing(record, found)
    entries = read_entries(record, losses)
    add_applications(record, entries, losses)
    share_out(record, entries)
    move_to_named_offences(entries)
    _mark_youths(record, entries)
    record.leftovers()
    cancelled = any(sitting.cancelled for sitting in hearing.sittings)
    if not entries and not losses.places and not cancelled:
        record.refuse("common_platform.no_cases", None, "lists no case", "send the cases to be heard")
    decided = [entry for entry in entries if entry.releases()]
    others = [entry for entry in entries if not entry.releases()]
    listed = entries if others else []  # those with a result are still listed; otherwise they would count as removed
    if decided and found.facts.shared_at is not None:
        _not_reached(record, others)
        listed = []
    for entry in decided:
        try:
            yield result_draft(hearing, entry)
        except Refused as refusal:
            refused.extend(refusal.problems)
    if listed or (cancelled and not entries):
        yield from _list(hearing, listed, losses)


def _hearing(record: Record, found: Found) -> Hearing:
    centre = record.only("courtCentre")
    return Hearing(
        facts=found.facts,
        path=found.path,
        court=read_court(centre),
        id=record.text("id"),
        type=record.only("type").text("description"),
        room=centre.text("roomName"),
        restriction=record.text("reportingRestrictionReason"),
        sittings=tuple(read_sittings(record, "hearingDays")),
        notes=record.notes,
    )


def _mark_youths(record: Record, entries: list[Entry]) -> None:
    """Mark the defendants whom the hearing treats as children or young persons."""
    youths = set(record.texts("youthCourtDefendantIds"))
    for entry in entries:
        if not entry.ids.isdisjoint(youths):
            entry.defendant["youth"] = True
        youths -= entry.ids
    if youths:
        problem = "names somebody who is not listed as a defendant; it is not passed on"
        record.doubt("common_platform.unmapped", "youthCourtDefendantIds", problem, "send the defendant too")


def _not_reached(record: Record, entries: list[Entry]) -> None:
    """Doubt a defendant without a result in an event that shares the results of others. What was listed or shared
    before stays valid. A withdrawn result is still in the event, marked as deleted."""
    for entry in entries:
        problem = "has no result, but others in the event have; nothing is passed on about this defendant"
        where = Problem(
            "common_platform.not_reached",
            entry.where,
            problem,
            "nothing: the court sends the results when there are any",
        )
        record.notes.add(where, entry.where)
        record.notes.include(entry.notes)


# ---- lists ----


def _list(hearing: Hearing, entries: list[Entry], losses: Losses) -> Iterator[Draft]:
    """Return the list of the hearing: a session for each day that is not cancelled. If all days are, the empty list
    withdraws what was listed before. Nothing is returned if every entry is refused."""
    if not hearing.sittings:
        where, cure = f"{hearing.path}.hearingDays", "send the days of the hearing"
        raise Refused(Problem("date.missing", where, "no day is given", cure))
    notes = Notes()
    notes.include(hearing.notes)
    cases = []
    for entry in entries:
        at = Record({}, entry.where, entry.notes)
        try:
            cases.append(built(Case, _case(hearing, entry), at))
        except Refused as refusal:
            losses.refuse(refusal, entry.where)
            continue
        if not entry.offences:
            at.doubt_here("common_platform.no_offences", "the case lists no offence", "check that none was left out")
        _doubt_what_a_list_cannot_hold(entry, at)
        notes.include(entry.notes)
    sessions = [_session(hearing, sitting, cases) for sitting in hearing.sittings if not sitting.cancelled]
    if not cases and sessions:
        return
    day = min(sitting.day for sitting in hearing.sittings if not sitting.cancelled or not sessions)
    values = {"court": hearing.court, "date": day, "hearing_id": hearing.id, "sessions": sessions}
    payload = built(CourtList, values, Record({}, hearing.path, notes))
    if sessions:  # a hearing that is cancelled has nobody, so nobody is missing
        payload = payload.lacking(losses.places)
    parts = (hearing.id, None if hearing.id else day.isoformat())
    yield draft("court_list", payload, hearing.court.ou_code, parts, hearing.facts, notes, hearing.path)


def _session(hearing: Hearing, sitting: Sitting, cases: list[Case]) -> dict[str, Any]:
    placed = [case.model_copy(update={"sequence": sitting.sequence}) for case in cases]
    return {"on": sitting.day, "room": hearing.room, "starts_at": sitting.starts_at, "cases": placed}


def _case(hearing: Hearing, entry: Entry) -> dict[str, Any]:
    marks = [*entry.markers, *entry.restrictions(), *filter(None, [hearing.restriction])]
    return (
        entry.case
        | entry.custody.listed
        | {
            "marker": joined("; ", dict.fromkeys(marks)) or None,
            "number": entry.number,
            "hearing_id": hearing.id,
            "hearing_type": hearing.type,
            "defendant": entry.defendant,
            "parent_guardian": _guardian(entry),
            "offences": [offence | {"results": _earlier_results(offence)} for offence in entry.offences],
        }
    )


def _earlier_results(offence: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the results of other hearings. What this one decided is in the message about its result."""
    return [result.written() for result in offence["results"] if not result.release.own]


def _guardian(entry: Entry) -> dict[str, Any] | None:
    """Return the guardian. An entry has a field for one."""
    guardian = next(filter(is_guardian, entry.associated), None)
    return guardian and {"type": guardian["role"], "name": guardian["name"], "address": guardian["address"]}


def _doubt_what_a_list_cannot_hold(entry: Entry, at: Record) -> None:
    """Doubt values about presence and reasons. A list is about what is to be heard, so it has no field for them."""
    for field, text in entry.custody.resulted.items():
        if text is not None:
            at.no_place(entry.custody.places[field], "a court list")
    for day in entry.attendance:
        at.no_place(day.place, "a court list")
    for other in [one for one in entry.associated if not is_guardian(one)] + [*filter(is_guardian, entry.associated)][
        1:
    ]:
        at.no_place(other["place"], "a court list")
