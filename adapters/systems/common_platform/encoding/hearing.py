"""Writes a hearing event: the result of one defendant, or the list of one hearing."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from adapters.contract import Outbound
from adapters.systems.common_platform.decoding.moments import LONDON, read_moment, write_instant
from adapters.systems.common_platform.encoding.offences import (
    NAMED_PROMPTS,
    moment_written,
    offence_object,
    result_object,
    says_what,
)
from adapters.systems.common_platform.encoding.outgoing import Fields, cannot, filled
from adapters.systems.common_platform.encoding.people import address_object, defendant_object


def event(message: Outbound, hearing: dict[str, Any], shared_at: str | None) -> dict[str, Any]:
    metadata = {"id": message.id, "createdAt": message.sent_at.astimezone(UTC).isoformat()}
    return filled({"_metadata": metadata, "hearing": filled(hearing), "sharedTime": shared_at})


def result_event(message: Outbound, result: Fields) -> dict[str, Any]:
    """Return the event. The exchange's id of the message takes the place of the platform's id of the defendant."""
    hearing_at = datetime.fromisoformat(result.needed("hearing_at"))
    day = hearing_at.astimezone(LONDON).date().isoformat()
    shared_at = result.take("shared_at")
    listed = [one for one in result.parts("offences") if says_what(one) or one.get("results")]
    ordered = {one.get("ordered_on") for offence in listed for one in offence.parts("results")} - {None}
    results = {offence.path: _results(offence, ordered, day) for offence in listed}
    listed = [one for one in listed if says_what(one) or results[one.path]]
    offences = [offence_object(offence) | {"judicialResults": results[offence.path]} for offence in listed]
    _add_named(result, offences)
    if not any(offence["judicialResults"] for offence in offences):
        if not any(offence.get("results") == [] for offence in listed):
            cannot(
                "offences", "contains no result, so it would be read as a list", "grant the results to the recipient"
            )
        # An event without a result says nothing. A deleted result says that there is no result any more.
        offences[0]["judicialResults"] = [{"isDeleted": True, "orderedDate": day}]
    hearing = {
        "id": result.take("hearing_id"),
        "type": filled({"description": result.take("hearing_type")}),
        "courtCentre": filled(court_object(result.part("court")) | {"roomName": result.take("room")}),
        "hearingDays": _days(result, hearing_at),
        "reportingRestrictionReason": _restriction(result),
        "prosecutionCases": [_decided_case(result, _decided_person(result, message.id, offences))],
        "defendantAttendance": _attendance(result, message.id),
    }
    written = write_instant(datetime.fromisoformat(shared_at)) if shared_at else None
    return event(message, hearing, written) | {"hearingDay": day}


def _decided_person(result: Fields, message_id: str, offences: list[dict[str, Any]]) -> dict[str, Any]:
    person = defendant_object(result.part("defendant")) | {"id": message_id, "offences": list(map(filled, offences))}
    add_custody(result, person)
    said = {"bailReasons": "reason_for_bail_or_custody", "presentAtHearing": "present_at_hearing"}
    person |= {wire: result.take(field) for wire, field in said.items()}
    associated = [_associated(one) for one in result.parts("associated_persons") if one.get("name")]
    return filled(person | {"associatedPersons": associated})


def _results(offence: Fields, ordered: set[str], day: str) -> list[dict[str, Any]]:
    """Write results. The days of orders are written only if the moment of the result can be read from them again."""
    days = max(ordered, default=None) == day
    written = [result_object(result, offence, days) for result in offence.parts("results")]
    return [one for one in written if one]


def _add_named(result: Fields, offences: list[dict[str, Any]]) -> None:
    """The prison and the team are prompts of a result. Any result will do, because they are read as the message's."""
    holder = next((held for offence in offences for held in offence["judicialResults"]), None)
    for field, (reference, label) in NAMED_PROMPTS.items():
        name = result.take(field, if_=holder is not None)
        if name and holder is not None:
            prompt = {"label": label, "promptReference": reference, "value": name, "type": "NAMEADDRESS"}
            holder["judicialResultPrompts"] = [*holder.get("judicialResultPrompts", ()), prompt]


def _days(result: Fields, hearing_at: datetime) -> list[dict[str, Any]]:
    """Return the days of the hearing, if the moment of the result can be read from them again; otherwise only that
    moment."""
    sittings = result.parts("sittings")
    written = [moment_written(sitting.get("on"), sitting.get("at")) for sitting in sittings if sitting.get("on")]
    day = hearing_at.astimezone(LONDON).date().isoformat()
    same = [moment for text in written if text[:10] == day and (moment := read_moment(text))]
    if len(written) < len(sittings) or min(same, default=None) != hearing_at:
        return [{"sittingDay": write_instant(hearing_at)}]
    for sitting, text in zip(sittings, written, strict=True):
        sitting.take("on")
        sitting.take("at", if_="T" in text)
    return [{"sittingDay": text} for text in written]


def _restriction(result: Fields) -> str | None:
    """The restrictions of the hearing are one text. Only one without a date of its own is read back unchanged."""
    restrictions = result.parts("reporting_restrictions")
    return restrictions[0].take("reason") if len(restrictions) == 1 else None


def _decided_case(result: Fields, person: dict[str, Any]) -> dict[str, Any]:
    markers = result.taken("case_markers", len(result.get("case_markers") or ()))
    identifier = {"caseURN": result.needed("urn"), "prosecutionAuthorityName": result.take("informant")}
    return filled(
        {
            "initiationCode": result.take("case_type"),
            "caseMarkers": [{"markerTypeDescription": marker} for marker in markers],
            "prosecutionCaseIdentifier": filled(identifier),
            "defendants": [person],
        }
    )


def _associated(person: Fields) -> dict[str, Any]:
    who = {"lastName": person.take("name"), "address": address_object(person.part("address"))}
    return filled({"role": person.take("role"), "person": filled(who)})


def _attendance(result: Fields, defendant_id: str) -> list[dict[str, Any]]:
    days = [
        filled({"day": day.take("on"), "attendanceType": day.take("presence")})
        for day in result.parts("attendance")
        if day.get("presence")
    ]
    return [{"defendantId": defendant_id, "attendanceDays": days}] if days else []


def add_custody(holder: Fields, person: dict[str, Any]) -> None:
    """Write bail and custody: those of a person with the person, those of a company with the defendant."""
    bail = filled(
        {
            "bailStatus": filled({"code": holder.take("bail_status")}),
            "bailConditions": holder.take("bail_conditions"),
        }
    )
    if "personDefendant" in person:
        person["personDefendant"] |= bail
        held_at = holder.take("held_at")
        person["personDefendant"] |= {"custodialEstablishment": {"name": held_at}} if held_at else {}
    else:
        person |= bail


def court_object(court: Fields) -> dict[str, Any]:
    area = {"ljaCode": court.take("psa_code"), "ljaName": court.take("local_justice_area")}
    return filled({"code": court.needed("ou_code"), "name": court.take("name"), "lja": filled(area)})


def listing_event(message: Outbound, listed: Fields) -> dict[str, Any]:
    """Return a list of one hearing. Without a session, it was cancelled. Raises Refused if there is no case, or if the
    days differ in more than their time: an event says once who is heard and where."""
    on, sessions = _day(listed), listed.parts("sessions")
    if sessions and not any(session.get("cases") for session in sessions):
        cannot("sessions", "lists no case, and a hearing that is not cancelled has one", "list a case, or no session")
    hearing_id, court = listed.take("hearing_id"), court_object(listed.part("court"))
    days = [_sitting(session, on) for session in sessions] or [{"sittingDay": on, "isCancelled": True}]
    held = [_held(session, hearing_id) for session in sessions] or [{"prosecutionCases": []}]
    if any(one != held[0] for one in held):
        problem = "has days with other cases or rooms, and an event says once who is heard and where"
        cannot("sessions", problem, "send the list of the whole court")
    hearing = {"id": hearing_id, **held[0], "courtCentre": court | held[0].get("courtCentre", {}), "hearingDays": days}
    return event(message, hearing, None)


def _day(listed: Fields) -> str:
    """Return the day of the list. It is written if it is the first day of the hearing, as it is read."""
    day = listed.get("date")
    days = [on for session in listed.parts("sessions") if (on := session.get("on"))]
    return str(day) if day and min(days, default=day) != day else str(listed.needed("date"))


def _sitting(session: Fields, date: str) -> dict[str, Any]:
    on, starts_at = session.take("on") or date, session.get("starts_at")
    day = moment_written(on, starts_at)
    session.take("starts_at", if_="T" in day)
    return filled({"sittingDay": day, "listingSequence": _shared(session.parts("cases"), "sequence")})


def _held(session: Fields, hearing_id: str) -> dict[str, Any]:
    """Return what the event says once for all days: the room, the type and the cases."""
    cases = session.parts("cases")
    held = {
        "courtCentre": filled({"roomName": session.take("room")}),
        "type": filled({"description": _shared(cases, "hearing_type")}),
    }
    for case in cases:
        case.take("hearing_id", if_=case.get("hearing_id") == hearing_id)
    return held | {"prosecutionCases": [_case(list(group)) for _, group in groupby(cases, key=_case_key)]}


def _shared(cases: list[Fields], name: str) -> Any:
    """Return what is the same for the whole hearing; it is left out if the cases differ."""
    same = len({case.get(name) for case in cases}) == 1
    taken = [case.take(name, if_=same) for case in cases]
    return next((value for value in taken if value is not None), None)


def _case_key(case: Fields) -> tuple[Any, ...]:
    return tuple(case.get(name) for name in ("id", "number", "urn", "type", "informant", "marker"))


def _case(entries: list[Fields]) -> dict[str, Any]:
    """Write entries that differ only in the defendant as one case."""
    first = entries[0]
    urn, number = first.get("urn"), first.get("number")
    if number is None and urn is None:
        cannot("sessions[].cases[].number", "is missing", "grant the case's reference to the recipient")
    for entry in entries:
        for name in ("id", "urn", "type", "informant", "marker"):
            entry.take(name)
        entry.take("number", if_=urn is None or urn == number)
    marker, restricted = _own_marker(entries)
    return filled(
        {
            "id": first.get("id"),
            "initiationCode": first.get("type"),
            "caseMarkers": [{"markerTypeDescription": marker}] if marker else None,
            "prosecutionCaseIdentifier": filled(
                {"caseURN": urn or number, "prosecutionAuthorityName": first.get("informant")}
            ),
            "defendants": [_listed(entry, restricted) for entry in entries],
        }
    )


def _own_marker(entries: list[Fields]) -> tuple[str | None, bool]:
    """Return the marker without the reporting restrictions of the offences, which are read into it again, and whether
    to write them. They are not written if the marker does not end with them."""
    marker, owns = entries[0].get("marker"), set()
    for entry in entries:
        restrictions = [one for offence in entry.parts("offences") for one in offence.parts("reporting_restrictions")]
        reasons = "; ".join(dict.fromkeys(str(one.get("reason")) for one in restrictions))
        own = (marker or "").removesuffix(reasons).removesuffix("; ")
        if reasons and "; ".join(filter(None, [own, reasons])) != marker:
            return marker, False
        owns.add(own or None)
    return (owns.pop(), True) if len(owns) == 1 else (marker, False)


def _listed(entry: Fields, restricted: bool) -> dict[str, Any]:
    person = defendant_object(entry.part("defendant"))
    add_custody(entry, person)
    return filled(
        person
        | {
            "associatedPersons": _guardian(entry.part("parent_guardian")),
            "offences": [
                offence_object(offence, restricted) for offence in entry.parts("offences") if says_what(offence)
            ],
        }
    )


def _guardian(guardian: Fields) -> list[dict[str, Any]]:
    role = guardian.get("type") or ""
    if not guardian.get("name") or not any(word in role.upper() for word in ("PARENT", "GUARDIAN")):
        return []
    person = {"lastName": guardian.take("name"), "address": address_object(guardian.part("address"))}
    return [{"role": guardian.take("type"), "person": filled(person)}]
