"""Reads a court list in the form of the platform's listing: dates, rooms, timeslots, hearings, defendants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from adapters.contract import Draft
from adapters.fitting import joined, words_of
from adapters.systems.common_platform.decoding.drafts import built, court_named, draft
from adapters.systems.common_platform.decoding.losses import Losses
from adapters.systems.common_platform.decoding.moments import birth_of, day_of, time_of
from adapters.systems.common_platform.decoding.offences import read_words, says_what
from adapters.systems.common_platform.decoding.people import doubt_no_name, read_address, read_name, read_sex
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.wrapping import Facts, Found
from schemas.fields import PTIURN
from schemas.kinds.court_list.v1 import Case, CourtList
from schemas.parts.offence import SEQUENCE_MAX, Court
from schemas.problem import Problem, Refused


def read_lists(found: Found, refused: list[Problem]) -> Iterator[Draft]:
    """Return one list for each day. A bad hearing goes to `refused`. Raises Refused if nothing can be accepted."""
    record = found.record()
    name = record.either("courtCentreName", "oucodeL3Name")
    court = court_named(record, record.text("ouCode"), name)
    list_type = record.text("listType")
    times = [time_of(record, field) for field in ("courtCentreDefaultStartTime", "defaultStartTime")]
    if None not in times and times[0] != times[1]:
        record.contradicts("defaultStartTime", "courtCentreDefaultStartTime")
    starts_at = times[0] or times[1]
    days = record.apart("hearingDates")
    record.leftovers()
    if not days:
        record.refuse("date.missing", "hearingDates", "lists no day", "send the day even if nothing is listed")
    for day in days:
        day.notes.include(record.notes)
        try:
            yield _list(day, _Listing(court, list_type, starts_at, found.facts), refused)
        except Refused as refusal:
            refused.extend(refusal.problems)


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the document says once for all days."""

    court: Court
    list_type: str | None
    starts_at: time | None
    facts: Facts


def _list(day: Record, listing: _Listing, refused: list[Problem]) -> Draft:
    on = day_of(day, "hearingDate")
    if on is None:
        problem = "gives no day" if not day.has("hearingDate") else "gives a day that does not exist"
        day.refuse("date.missing", "hearingDate", problem, "send the day on which the court sits")
    losses = Losses(refused)
    sessions = [_session(room, on, listing.starts_at, losses) for room in losses.of_each(day, "courtRooms")]
    day.leftovers()
    values = {"court": listing.court, "date": on, "list_type": listing.list_type, "sessions": sessions}
    return list_draft(values, losses.places, listing.facts, day)


def list_draft(values: dict[str, Any], lost: tuple[str, ...], facts: Facts, at: Record) -> Draft:
    """Make the draft of a list. `lost` are the places of entries that it lost. Raises Refused if the list has lost
    every entry, because it would say that the court does not sit."""
    payload, code = built(CourtList, values, at).lacking(lost), values["court"].ou_code
    if lost and not payload.about():
        problem, cure = "none of its cases can be accepted", "correct the cases and send the list again"
        raise Refused(Problem("common_platform.no_case_left", at.path, problem, cure))
    return draft("court_list", payload, code, (code, payload.date.isoformat()), facts, at.notes, at.path)


def _session(room: Record, on: date, starts_at: time | None, losses: Losses) -> dict[str, Any]:
    cases = [
        case
        for slot in losses.of_each(room, "timeslots")
        for hearing in losses.of_each(slot, "hearings")
        for case in _cases(hearing, losses)
    ]
    times = [case.block_starts_at for case in cases if case.block_starts_at]
    return {
        "on": on,
        "room": room.text("courtRoomName"),
        "starts_at": min(times, default=starts_at),
        "cases": cases,
    }


def _cases(hearing: Record, losses: Losses) -> Iterator[Case]:
    defendants = losses.of_each(hearing, "defendants")
    try:
        fields = _hearing(hearing)
        adjourned_on = day_of(hearing, "adjournedHearingDate")
    except Refused as refusal:
        losses.refuse(refusal, hearing.path, [defendant.path for defendant in defendants])
        return
    if not defendants and not hearing.malformed("defendants"):
        where, cure = hearing.at("defendants"), "send the people before the court"
        losses.refuse(Refused(Problem("common_platform.no_defendant", where, "names nobody", cure)), where)
    for defendant in defendants:
        try:
            yield built(Case, fields | _defendant(defendant, fields["marker"], adjourned_on), defendant)
        except Refused as refusal:
            losses.refuse(refusal, defendant.path)


def _hearing(hearing: Record) -> dict[str, Any]:
    number = hearing.either("caseNumber", "caseUrn", "applicationReference")
    if number is None:
        hearing.refuse("common_platform.no_case_number", "caseNumber", "has no caseNumber", "send the case's reference")
    return {
        "id": hearing.text("caseId"),
        "hearing_id": hearing.text("id"),
        "hearing_type": hearing.text("hearingType"),
        "number": number,
        "urn": number if PTIURN.canonical(number) else None,
        "informant": hearing.text("prosecutorType"),
        "marker": hearing.text("reportingRestrictionReason"),
        "sequence": hearing.number("sequence", SEQUENCE_MAX),
        "block_starts_at": time_of(hearing, "startTime"),
    }


def _defendant(defendant: Record, marker: str | None, adjourned_on: date | None) -> dict[str, Any]:
    labels = [one.text("label") for one in defendant.each("reportingRestrictions")]
    offences = [offence for record in defendant.each("offences") if (offence := _offence(record))]
    return {
        "defendant": _who(defendant),
        "defendant_age": defendant.number("age", 150),
        "marker": joined("; ", dict.fromkeys([marker, *labels])) or None,
        "offences": [offence | {"adjourned_on": adjourned_on} for offence in offences],
    }


def _who(defendant: Record) -> dict[str, Any]:
    organisation = defendant.text("organisationName")
    name = read_name(defendant)
    numbers = {"arrest_summons_number": defendant.text("asn"), "pnc_id": defendant.text("pncId")}
    if organisation is None and name is None:
        doubt_no_name(defendant, "surname", any(numbers.values()))
    if name is not None:
        name["forenames"] = [word for forename in name["forenames"] for word in words_of(forename)]
        if organisation:
            defendant.contradicts("surname", "organisationName")
    person = {"organisation": organisation} if organisation else {"name": name}
    return (
        person
        | numbers
        | {
            "date_of_birth": birth_of(defendant, "dateOfBirth"),
            "sex": read_sex(defendant),
            "nationality": defendant.text("nationality"),
            "address": read_address(defendant.child("address")),
        }
    )


def _offence(offence: Record) -> dict[str, Any] | None:
    """Return the offence; None, with a doubt, if it does not say what it is."""
    plea = offence.text("plea")
    found = {
        "id": offence.text("id"),
        "sequence": offence.number("listingNumber", SEQUENCE_MAX),
        "code": offence.text("offenceCode"),
        "title": offence.text("offenceTitle"),
        "wording": offence.text("offenceWording"),
        "legislation": offence.text("offenceLegislation"),
        "maximum_penalty": offence.text("maxPenalty"),
        "plea": read_words(plea),
        "pleaded_on": day_of(offence, "pleaDate"),
        "convicted_on": day_of(offence, "convictionDate", "convictedOn"),
    }
    return found if says_what(offence, found) else None
