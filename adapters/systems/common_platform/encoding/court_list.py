"""Writes a court list in the form of the platform's listing."""

from datetime import time
from itertools import groupby
from typing import Any

from adapters.fitting import words_of
from adapters.systems.common_platform.decoding.moments import write_birth
from adapters.systems.common_platform.encoding.offences import says_what
from adapters.systems.common_platform.encoding.outgoing import Fields, cannot, filled
from adapters.systems.common_platform.encoding.people import address_object
from schemas.fields import PTIURN

_OF_THE_HEARING = (
    ("caseId", "id"),
    ("id", "hearing_id"),
    ("hearingType", "hearing_type"),
    ("caseNumber", "number"),
    ("prosecutorType", "informant"),
    ("sequence", "sequence"),
)


def list_object(listed: Fields) -> dict[str, Any]:
    """Return the list. Raises Refused without court, day, case numbers or names."""
    court, on = listed.part("court"), str(listed.needed("date"))
    sessions = listed.parts("sessions")
    return {
        "listType": listed.take("list_type"),
        "ouCode": court.needed("ou_code"),
        "courtCentreName": court.take("name"),
        "courtCentreDefaultStartTime": _default_start(sessions),
        "hearingDates": [{"hearingDate": on, "courtRooms": [_room(session, on) for session in sessions]}],
    }


def _default_start(sessions: list[Fields]) -> str | None:
    """The start of a room in which no hearing has a time is the start of the court."""
    untimed = [session for session in sessions if not any(map(_start, session.parts("cases")))]
    starts = {_local(session.get("starts_at")) for session in untimed}
    if len(starts) != 1:
        return None
    start = starts.pop()
    for session in untimed:
        session.take("starts_at", if_=start is not None)
    return start


def _room(session: Fields, on: str) -> dict[str, Any]:
    """A room has no time of its own; its time is that of its first hearing."""
    session.take("on", if_=session.get("on") == on)
    cases = session.parts("cases")
    times = [start for case in cases if (start := _start(case))]
    starts_at = session.get("starts_at")
    session.take("starts_at", if_=bool(times) and starts_at == min(times))
    slots = [
        {"hearings": [_hearing(list(same)) for _, same in groupby(slot, key=_key)]}
        for _, slot in groupby(cases, key=_start)
    ]
    return filled({"courtRoomName": session.take("room")}) | {"timeslots": slots}


def _start(case: Fields) -> str | None:
    return _local(case.get("block_starts_at"))


def _local(at: str | None) -> str | None:
    """Return the time; None for one that would be read differently, because the list has local times to the second."""
    held = time.fromisoformat(at) if at else None
    return at if held and held.tzinfo is None and not held.microsecond else None


def _key(case: Fields) -> tuple[Any, ...]:
    return (*(case.get(name) for _, name in _OF_THE_HEARING), _adjourned(case))


def _adjourned(case: Fields) -> str | None:
    """Return the adjournment day, because a hearing has one for all its offences."""
    days = {offence.get("adjourned_on") for offence in case.parts("offences")}
    return days.pop() if len(days) == 1 else None


def _hearing(cases: list[Fields]) -> dict[str, Any]:
    """Write cases that differ only in the defendant as one hearing."""
    first = cases[0]
    number, start, adjourned = first.get("number"), _start(first), _adjourned(first)
    if number is None:
        cannot("sessions[].cases[].number", "is missing", "grant the case's number to the recipient")
    written = {wire: first.get(name) for wire, name in _OF_THE_HEARING}
    for case in cases:
        for _, name in _OF_THE_HEARING:
            case.take(name)
        case.take("urn", if_=case.get("urn") == PTIURN.canonical(number))
        case.take("block_starts_at", if_=start is not None)
    defendants = [_defendant(case, adjourned is not None) for case in cases]
    return filled(written | {"startTime": start, "adjournedHearingDate": adjourned, "defendants": defendants})


def _defendant(case: Fields, adjourned: bool) -> dict[str, Any]:
    who, age = case.part("defendant"), case.take("defendant_age")
    born = who.take("date_of_birth")
    return filled(
        _name(who)
        | {
            "dateOfBirth": write_birth(born) if born else None,
            "age": None if age is None else str(age),
            "nationality": who.take("nationality"),
            "address": address_object(who.part("address")),
            "offences": [_offence(offence, adjourned) for offence in case.parts("offences") if says_what(offence)],
        }
    )


def _name(who: Fields) -> dict[str, Any]:
    name = who.part("name")
    if who.get("organisation"):
        return {"organisationName": who.take("organisation")}
    if not name.get("surname"):
        cannot("sessions[].cases[].defendant", "names nobody", "grant the defendant's name to the recipient")
    forenames = list(name.get("forenames") or ())
    apart = all(len(words_of(forename)) == 1 for forename in forenames)  # otherwise it would be read as several
    return filled(
        {
            "title": name.take("title"),
            "firstName": " ".join(name.taken("forenames", len(forenames) if apart else 0)),
            "surname": name.take("surname"),
        }
    )


def _offence(offence: Fields, adjourned: bool) -> dict[str, Any]:
    offence.take("adjourned_on", if_=adjourned)
    return filled(
        {
            "id": offence.take("id"),
            "offenceCode": offence.take("code"),
            "offenceTitle": offence.take("title"),
            "offenceWording": offence.take("wording"),
        }
    )
