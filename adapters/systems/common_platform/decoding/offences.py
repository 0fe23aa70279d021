"""Reads the charges of a defendant, in hearings, in results for the police and in applications."""

import re
from typing import Any

from adapters.systems.common_platform.decoding.moments import day_of
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.results import ReadResult, read_results
from adapters.systems.common_platform.decoding.sharing import Sharing
from schemas.parts.offence import SEQUENCE_MAX

_CONTRADICTION = "common_platform.contradiction"
_FINAL = {"Y": True, "T": True, "TRUE": True, "N": False, "F": False, "FALSE": False}


def read_offence(offence: Record, sharing: Sharing) -> dict[str, Any] | None:
    """Return the offence; None, with a doubt, if it does not say what it is and has no result."""
    facts, allocation = offence.only("offenceFacts"), offence.only("allocationDecision")
    results = read_results(offence.each("judicialResults", "results"), sharing)
    found = {
        "id": offence.text("id", "offenceId"),
        "sequence": _sequence(offence),
        "code": offence.text("offenceCode"),
        "title": offence.text("offenceTitle"),
        "wording": offence.text("wording", "offenceWording"),
        "legislation": offence.text("offenceLegislation"),
        "maximum_penalty": offence.text("maxPenalty"),
        "started_on": day_of(offence, "startDate"),
        "ended_on": day_of(offence, "endDate"),
        "date_code": offence.text("offenceDateCode"),
        "alcohol_level": facts.number("alcoholReadingAmount", 999),
        "alcohol_method": facts.either("alcoholReadingMethodCode", "alcoholReadingMethodDescription"),
        "vehicle_code": facts.text("vehicleCode"),
        "vehicle_registration": facts.text("vehicleRegistration"),
        "arrested_on": day_of(offence, "arrestDate"),
        "charged_on": day_of(offence, "chargeDate"),
        "initiated_on": day_of(offence, "dateOfInformation", "laidDate"),
        **_plea_and_verdict(offence),
        "convicted_on": day_of(offence, "convictionDate"),
        "convicting_court": _convicting_court(offence),
        **_mode_of_trial(offence, allocation),
        "final_disposal": _final(offence, results),
        "reporting_restrictions": [
            one for record in offence.each("reportingRestrictions") if (one := _restriction(record))
        ],
        "results": results,
    }
    for part in (allocation, offence.only("plea"), offence.only("verdict")):
        part.names("offenceId", found["id"])
    return found if says_what(offence, found) else None


def read_application(application: Record, sharing: Sharing) -> dict[str, Any] | None:
    """Return an application with results in the form that the police receive: an offence with the code of its type."""
    results = read_results(application.each("judicialResults"), sharing)
    kind = application.only("type")
    found = {
        "id": application.text("id"),
        "code": kind.text("code"),
        "title": kind.either("type", "applicationType"),
        "wording": application.text("applicationParticulars"),
        "legislation": kind.text("legislation"),
        "started_on": day_of(application, "allegationOrComplaintStartDate"),
        "ended_on": day_of(application, "allegationOrComplaintEndDate"),
        "initiated_on": day_of(application, "applicationReceivedDate"),
        **_plea_and_verdict(application),
        "convicted_on": day_of(application, "convictionDate"),
        "results": results,
    }
    return found if says_what(application, found) else None


def says_what(record: Record, found: dict[str, Any]) -> bool:
    """Return whether to keep the offence. A result is kept for any offence; only an offence without results and
    description is left out."""
    if found["code"] or found["title"] or found["wording"]:
        return True
    if found.get("results"):
        problem = "has a result but does not describe the offence; it is passed on as it is"
    else:
        problem = "has no code, no title and no wording; it was left out"
    record.doubt_here("common_platform.no_offence", problem, "send the offence with its code")
    return bool(found.get("results"))


def _plea_and_verdict(record: Record) -> dict[str, Any]:
    plea, verdict = record.only("plea"), record.only("verdict")
    kind = verdict.only("verdictType")
    words = kind.either("description", "category", "categoryType", "verdictCode", "cjsVerdictCode")
    finding = record.either("finding")
    if finding and words and not words.casefold().startswith(finding.casefold()):
        kind.doubt_here(_CONTRADICTION, "differs from finding; finding was used", "correct the one that is wrong")
    return {
        "plea": read_words(plea.text("pleaValue")),
        "pleaded_on": day_of(plea, "pleaDate"),
        "finding": finding or read_words(words),
        "found_on": day_of(verdict, "verdictDate"),
    }


def _mode_of_trial(offence: Record, allocation: Record) -> dict[str, Any]:
    """Return the police's word for it, with the court's reason beside it, or in its place."""
    mode, reason = offence.text("modeOfTrial"), allocation.either("motReasonDescription", "motReasonCode")
    return {"mode_of_trial": mode or reason, "mode_of_trial_reason": reason if mode else None}


def _restriction(record: Record) -> dict[str, Any] | None:
    reason, ordered_on = record.text("label"), day_of(record, "orderedDate")
    return {"reason": reason, "ordered_on": ordered_on} if reason else None


_PLACES = ("offenceSequenceNumber", "orderIndex", "listingNumber", "count")


def _sequence(offence: Record) -> int | None:
    """Return its place among the defendant's offences. A count of 0 means that it is on no indictment. The other
    numbers are places in other orders."""
    for name in _PLACES:
        if offence.has(name) and (number := offence.number(name, SEQUENCE_MAX)):
            return number
    return None


def read_words(text: str | None) -> str | None:
    """`NOT_GUILTY` is read as `not guilty`; other forms are kept as received."""
    return text.replace("_", " ").lower() if text and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text) else text


def write_words(text: str) -> str:
    return text.replace(" ", "_").upper() if re.fullmatch(r"[a-z]+( [a-z]+)*", text) else text


def _convicting_court(offence: Record) -> str | None:
    if isinstance(offence.peek("convictingCourt"), dict):
        return offence.only("convictingCourt").either("code", "name")
    return offence.text("convictingCourt")


def _final(offence: Record, results: list[ReadResult]) -> bool | None:
    """Return what the police are told; otherwise what the platform says; otherwise the category of the results."""
    said, disposed = offence.text("finalDisposal"), offence.said("isDisposed")
    if said is not None:
        final = _FINAL.get(said.upper())
        if final is None:
            problem = "is neither Y nor N; it is not passed on"
            offence.doubt("common_platform.unreadable", "finalDisposal", problem, "send Y or N")
        elif disposed is not None and disposed is not final:
            offence.contradicts("isDisposed", "finalDisposal")
        return final
    if disposed is not None and results:
        return disposed
    categories = {result.values.get("category") for result in results} - {None}
    return "FINAL" in categories if categories else None
