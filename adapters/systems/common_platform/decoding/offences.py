"""What a defendant is charged with, in hearings, in results for the police and in applications."""

import re
from typing import Any

from adapters.systems.common_platform.decoding.moments import day_of
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.results import Sharing, read_results

_FINAL = {"Y": True, "T": True, "TRUE": True, "N": False, "F": False, "FALSE": False}


def read_offence(offence: Record, sharing: Sharing) -> dict[str, Any]:
    facts = offence.only("offenceFacts")
    plea, verdict = offence.only("plea").ignore(), offence.only("verdict")
    allocation = offence.only("allocationDecision").ignore()
    results = read_results(offence, sharing, "judicialResults", "results")
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
        "alcohol_method": facts.text("alcoholReadingMethodCode", "alcoholReadingMethodDescription"),
        "vehicle_code": facts.text("vehicleCode"),
        "vehicle_registration": facts.text("vehicleRegistration"),
        "arrested_on": day_of(offence, "arrestDate"),
        "charged_on": day_of(offence, "chargeDate"),
        "initiated_on": day_of(offence, "dateOfInformation", "laidDate"),
        "plea": read_words(plea.text("pleaValue")),
        "pleaded_on": day_of(plea, "pleaDate"),
        "finding": offence.text("finding") or _verdict(verdict),
        "convicted_on": day_of(offence, "convictionDate"),
        "convicting_court": _convicting_court(offence),
        "mode_of_trial": offence.text("modeOfTrial") or allocation.text("motReasonDescription"),
        "final_disposal": _final(offence),
        "results": results,
    }
    if not (found["code"] or found["title"] or found["wording"]):
        offence.refuse(
            "common_platform.no_offence",
            None,
            "has neither an offenceCode nor a title nor a wording",
            "send the offence with its code",
        )
    return found


def read_application(application: Record, sharing: Sharing) -> dict[str, Any]:
    """An application with results as the police are told of it: an offence whose code is that of its type."""
    results = read_results(application, sharing, "judicialResults")
    kind = application.only("type")
    code, title = kind.text("code"), kind.text("type") or kind.text("applicationType")
    found = {
        "id": application.text("id"),
        "code": code,
        "title": title,
        "wording": application.text("applicationParticulars"),
        "legislation": kind.text("legislation"),
        "initiated_on": day_of(application, "applicationReceivedDate"),
        "results": results,
    }
    if not (code or title or found["wording"]):
        application.refuse(
            "common_platform.no_offence", None, "has results and does not say what was applied for", "send its type"
        )
    return found


def _sequence(offence: Record) -> int | None:
    """A count of 0 means that the offence stands on no indictment."""
    names = ("offenceSequenceNumber", "orderIndex", "listingNumber", "count")
    numbers = [offence.number(name, 999_999) for name in names]
    return next(filter(None, numbers), None)


def read_words(text: str | None) -> str | None:
    """`NOT_GUILTY` is read as `not guilty`; what is written otherwise is kept as it came."""
    return text.replace("_", " ").lower() if text and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text) else text


def write_words(text: str) -> str:
    return text.replace(" ", "_").upper() if re.fullmatch(r"[a-z]+( [a-z]+)*", text) else text


def _verdict(verdict: Record) -> str | None:
    kind = verdict.only("verdictType")
    return read_words(kind.text("description", "category", "categoryType", "verdictCode", "cjsVerdictCode"))


def _convicting_court(offence: Record) -> str | None:
    if offence.has("convictingCourt") and isinstance(offence.raw("convictingCourt"), dict):
        return offence.only("convictingCourt").text("code", "name")
    return offence.text("convictingCourt")


def _final(offence: Record) -> bool | None:
    """As the police are told, else by the category of the results."""
    said = offence.text("finalDisposal")
    if said is not None:
        final = _FINAL.get(said.upper())
        if final is None:
            offence.doubt(
                "common_platform.unreadable", "finalDisposal", "is neither Y nor N; it is not passed on", "send Y or N"
            )
        return final
    categories = {result.text("category") for result in offence.each("judicialResults", "results")} - {None}
    return "FINAL" in categories if categories else None
