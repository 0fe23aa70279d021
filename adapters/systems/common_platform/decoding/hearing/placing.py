"""Assigns results to the offences that they name, and results and attendance beside the cases to their defendants."""

from typing import Any

from adapters.systems.common_platform.decoding.hearing.entries import Attendance, Entry, add_to_case
from adapters.systems.common_platform.decoding.moments import day_of
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.results import ReadResult, read_results
from adapters.systems.common_platform.decoding.sharing import Sharing


def move_to_named_offences(entries: list[Entry]) -> None:
    """Move a result that names another offence than the one it is in to the offence that it names."""
    for entry in entries:
        for offence in entry.offences:
            for result in list(offence["results"]):
                if result.offence_id and offence["id"] and result.offence_id != offence["id"]:
                    _move(result, offence, entry, entries)


def _move(result: ReadResult, offence: dict[str, Any], entry: Entry, entries: list[Entry]) -> None:
    found = _offence_named(result.offence_id, [entry, *_of_same_person(entry, entries)])
    if found is None:
        _doubt_elsewhere(result)
        return
    offence["results"] = [one for one in offence["results"] if one is not result]
    _add(result, found[1])


def _of_same_person(entry: Entry, entries: list[Entry]) -> list[Entry]:
    """Return the entries of the same person. A result is a decision about the person whom it is with, so it is never
    moved to another person's offence."""
    who = (entry.defendant.get("name"), entry.defendant.get("date_of_birth"))
    return [
        one
        for one in entries
        if one.is_of(entry.ids)
        or (None not in who and who == (one.defendant.get("name"), one.defendant.get("date_of_birth")))
    ]


def _doubt_elsewhere(result: ReadResult) -> None:
    problem = "names an offence that this person is not listed with; it stays with this person"
    result.record.doubt("common_platform.elsewhere", "offenceId", problem, "send the offence too")


def _add(result: ReadResult, offence: dict[str, Any]) -> None:
    """Add a result once, because an event may give one result in two places."""
    if not any(one.written() == result.written() for one in offence["results"]):
        offence["results"].append(result)


def _offence_named(offence_id: str | None, entries: list[Entry]) -> tuple[Entry, dict[str, Any]] | None:
    """Return the offence with that number. If two entries have it, both are of one person in one case, or a case and an
    application to it."""
    places = ((entry, offence) for entry in entries for offence in entry.offences)
    return next((place for place in places if offence_id and place[1]["id"] == offence_id), None)


def share_out(hearing: Record, entries: list[Entry]) -> None:
    """Assign results and attendance that are beside the cases to the defendants whom they name."""
    for record in hearing.apart("defendantJudicialResults"):
        placed = _share_result(record, entries, hearing.text("id"))
        record.leftovers()
        for notes in [entry.notes for entry in placed] or [hearing.notes]:
            notes.include(record.notes)
    for record in hearing.apart("defendantAttendance"):
        about, days = record.text("defendantId"), read_attendance(record)
        present = [entry for entry in entries if about in entry.ids]
        if days and not present:
            problem = "names no defendant who is listed; it is not passed on"
            record.left_out("common_platform.attendance_of_nobody", problem, "send the defendant too")
        record.leftovers()
        for entry in present:
            entry.attendance += days
        for notes in [entry.notes for entry in present] or [hearing.notes]:
            notes.include(record.notes)


def _share_result(record: Record, entries: list[Entry], hearing_id: str | None) -> list[Entry]:
    """Assign a result to the offence that it names. Otherwise it goes to each case of the defendant, because it was
    decided for all of them."""
    ids = frozenset(filter(None, (record.text("masterDefendantId"), record.text("defendantId"))))
    own = [entry for entry in entries if entry.is_of(ids)]
    child, sharing = record.child("judicialResult"), Sharing(hearing_id)
    results = read_results([child] if child else [], sharing)
    placed: list[Entry] = []
    for result in results:
        same = [other for entry in own for other in _of_same_person(entry, entries)]
        named = _offence_named(result.offence_id, [*own, *same] or entries)
        if own and named is None and result.offence_id:
            _doubt_elsewhere(result)
        if named is not None:
            _add(result, named[1])
            placed.append(named[0])
            continue
        for entry in own:
            add_to_case(record, entry.offences, [result])
        placed += own
        if not own:
            problem = "names no defendant who is listed; it is not passed on"
            record.left_out("common_platform.result_of_nobody", problem, "send the defendant's id with it")
    if not results:
        for entry in own:
            entry.sharing.withdrawn.extend(sharing.withdrawn)
        placed += own
    return placed


def read_attendance(holder: Record) -> list[Attendance]:
    return [
        Attendance({"on": day_of(day, "day"), "presence": presence}, day.path)
        for day in holder.each("attendanceDays")
        if (presence := day.text("attendanceType"))
    ]
