"""Writes a hearing event: the result of one defendant, or the list of one hearing."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from adapters.contract import Outbound
from adapters.systems.common_platform.decoding.moments import LONDON, write_instant
from adapters.systems.common_platform.encoding.offences import moment_written, offence_object, result_object
from adapters.systems.common_platform.encoding.outgoing import Fields, cannot, filled
from adapters.systems.common_platform.encoding.people import address_object, defendant_object


def event(message: Outbound, hearing: dict[str, Any], shared_at: str | None) -> dict[str, Any]:
    metadata = {"id": message.id, "createdAt": message.sent_at.astimezone(UTC).isoformat()}
    return filled({"_metadata": metadata, "hearing": filled(hearing), "sharedTime": shared_at})


def result_event(message: Outbound, result: Fields) -> dict[str, Any]:
    """The exchange's id of the message stands for the platform's own id of the defendant."""
    hearing_at = datetime.fromisoformat(result.needed("hearing_at"))
    ordered_on = hearing_at.astimezone(LONDON).date().isoformat()
    shared_at = result.take("shared_at")
    offences = [
        filled(offence_object(offence) | {"judicialResults": _results(offence, ordered_on)})
        for offence in result.parts("offences")
    ]
    if shared_at is None and not any("judicialResults" in offence for offence in offences):
        cannot("offences", "holds no result: it would be read as a listing", "grant the results to the recipient")
    present = result.take("present_at_hearing")
    defendant = defendant_object(result.part("defendant")) | {"id": message.id, "offences": offences}
    if "personDefendant" in defendant:
        defendant["personDefendant"] |= _bail(result)
    case = {"prosecutionCaseIdentifier": {"caseURN": result.needed("urn")}, "defendants": [filled(defendant)]}
    attendance = {
        "defendantId": message.id,
        "attendanceDays": [{"day": ordered_on, "attendanceType": present}],
    }
    hearing = {
        "id": result.take("hearing_id"),
        "courtCentre": court_object(result.part("court")),
        "hearingDays": [{"sittingDay": write_instant(hearing_at)}],
        "prosecutionCases": [case],
        "defendantAttendance": [attendance] if present else None,
    }
    return event(message, hearing, write_instant(datetime.fromisoformat(shared_at)) if shared_at else None)


def _results(offence: Fields, ordered_on: str) -> list[dict[str, Any]]:
    return [result_object(result, ordered_on) for result in offence.parts("results")]


def _bail(result: Fields) -> dict[str, Any]:
    return filled(
        {
            "bailStatus": filled({"code": result.take("bail_status")}),
            "bailConditions": result.take("bail_conditions"),
            "bailReasons": result.take("reason_for_bail_or_custody"),
        }
    )


def court_object(court: Fields) -> dict[str, Any]:
    area = {"ljaCode": court.take("psa_code"), "ljaName": court.take("local_justice_area")}
    return filled({"code": court.needed("ou_code"), "name": court.take("name"), "lja": filled(area)})


def listing_event(message: Outbound, listed: Fields) -> dict[str, Any]:
    """A list of one hearing. Without a session the day was cancelled."""
    on, sessions = str(listed.needed("date")), listed.parts("sessions")
    hearing_id, court = listed.take("hearing_id"), court_object(listed.part("court"))
    day: dict[str, Any] = {"sittingDay": on, "isCancelled": True} if not sessions else {}
    hearing: dict[str, Any] = {"id": hearing_id, "courtCentre": court, "hearingDays": [day], "prosecutionCases": []}
    for session in sessions:
        session.take("on", if_=session.get("on") == on)
        starts_at, cases = session.get("starts_at"), session.parts("cases")
        day["sittingDay"] = moment_written(on, starts_at)
        session.take("starts_at", if_="T" in day["sittingDay"])
        day["listingSequence"] = _shared(cases, "sequence")
        court["roomName"] = session.take("room")
        hearing["type"] = filled({"description": _shared(cases, "hearing_type")})
        for case in cases:
            case.take("hearing_id", if_=case.get("hearing_id") == hearing_id)
        hearing["prosecutionCases"] = [_case(list(group)) for _, group in groupby(cases, key=_case_key)]
    return event(message, hearing | {"courtCentre": filled(court), "hearingDays": [filled(day)]}, None)


def _shared(cases: list[Fields], name: str) -> Any:
    """What is said once of the whole hearing; left where the cases differ."""
    same = len({case.get(name) for case in cases}) == 1
    taken = [case.take(name, if_=same) for case in cases]
    return next((value for value in taken if value is not None), None)


def _case_key(case: Fields) -> tuple[Any, ...]:
    return tuple(case.get(name) for name in ("id", "number", "urn", "type", "informant", "marker"))


def _case(entries: list[Fields]) -> dict[str, Any]:
    """Entries that differ in nothing but the defendant."""
    first = entries[0]
    urn, number = first.get("urn"), first.get("number")
    if number is None and urn is None:
        cannot("sessions[].cases[].number", "is missing", "grant the case's reference to the recipient")
    for entry in entries:
        for name in ("id", "urn", "type", "informant", "marker"):
            entry.take(name)
        entry.take("number", if_=urn is None or urn == number)
    marker = first.get("marker")
    return filled(
        {
            "id": first.get("id"),
            "initiationCode": first.get("type"),
            "caseMarkers": [{"markerTypeDescription": marker}] if marker else None,
            "prosecutionCaseIdentifier": filled(
                {"caseURN": urn or number, "prosecutionAuthorityName": first.get("informant")}
            ),
            "defendants": [_listed(entry) for entry in entries],
        }
    )


def _listed(entry: Fields) -> dict[str, Any]:
    return filled(
        defendant_object(entry.part("defendant"))
        | {
            "associatedPersons": _guardian(entry.part("parent_guardian")),
            "offences": [offence_object(offence) for offence in entry.parts("offences")],
        }
    )


def _guardian(guardian: Fields) -> list[dict[str, Any]]:
    role = guardian.get("type") or ""
    if not guardian.get("name") or not any(word in role.upper() for word in ("PARENT", "GUARDIAN")):
        return []
    person = {"lastName": guardian.take("name"), "address": address_object(guardian.part("address"))}
    return [{"role": guardian.take("type"), "person": filled(person)}]
