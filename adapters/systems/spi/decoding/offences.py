"""Reads what the court dealt with and decided: Offence, Result, Outcome."""

import re
from datetime import date
from typing import Any

from adapters.systems.spi.decoding.codes import FINDINGS, PLEAS
from adapters.systems.spi.decoding.findings import Findings
from adapters.systems.spi.decoding.reading import Element
from schemas.parts.offence import SEQUENCE_MAX

_TIMING = "OffenceTiming"
_START, _END = "DurationStartDate", "DurationEndDate"
_NO_END = "9999-"  # some systems write this if an order has no end


def read_offence(offence: Element, findings: Findings) -> dict[str, Any]:
    base = offence.child("BaseOffenceDetails") or offence
    code = base.text("OffenceCode")
    if code is None:
        findings.doubt(
            "spi.no_offence_code",
            offence,
            "has no OffenceCode; only its wording and its results describe it",
            "send the offence again with its code",
        )
    started = findings.date_at(base, f"{_TIMING}/OffenceStart/OffenceDateStartDate")
    ended = findings.date_at(base, f"{_TIMING}/OffenceEnd/OffenceEndDate")
    return {
        "sequence": findings.number_at(base, "OffenceSequenceNumber", SEQUENCE_MAX),
        "code": code,
        "wording": base.text("OffenceWording"),
        "started_on": started,
        "ended_on": ended,
        "started_at": findings.time_at(base, f"{_TIMING}/OffenceStart/OffenceStartTime", started),
        "ended_at": findings.time_at(base, f"{_TIMING}/OffenceEnd/OffenceEndTime", ended),
        "date_code": base.text(f"{_TIMING}/OffenceDateCode"),
        "location": base.text("LocationOfOffence"),
        "alcohol_level": findings.number_at(base, "AlcoholRelatedOffence/AlcoholLevelAmount", 999),
        "alcohol_method": base.text("AlcoholRelatedOffence/AlcoholLevelMethod"),
        "vehicle_code": base.text("VehicleRelatedOffence/VehicleCode"),
        "vehicle_registration": base.text("VehicleRelatedOffence/VehicleRegistrationMark"),
        "arrested_on": findings.date_at(base, "ArrestDate"),
        "charged_on": findings.date_at(base, "ChargeDate"),
        "initiated_on": findings.date_at(offence, "InitiatedDate"),
        "plea": findings.word_at(offence, "Plea", PLEAS),
        "mode_of_trial": offence.text("ModeOfTrial"),
        "finding": findings.word_at(offence, "Finding", FINDINGS),
        "convicted_on": findings.date_at(offence, "ConvictionDate"),
        "convicting_court": offence.text("ConvictingCourt"),
        "final_disposal": _final(offence, findings),
        "results": [read for result in offence.all("Result") if (read := _result(result, findings))],
    }


def _final(offence: Element, findings: Findings) -> bool | None:
    at = offence.child("FinalDisposalIndicator")
    code = at.take() if at else None
    if at is None or code is None:
        return None
    if code not in ("Y", "N"):
        findings.unreadable(at, "Y or N")
        return None
    return code == "Y"


def _result(result: Element, findings: Findings) -> dict[str, Any]:
    """Return the result without blank values. A result without a code and a text is passed on with its other values."""
    code, text = result.text("ResultCode"), result.text("ResultText")
    if code is None and text is None:
        findings.doubt(
            "spi.empty_result",
            result,
            "has neither a ResultCode nor a ResultText; the rest of it is passed on",
            "send what the court decided",
        )
    read = {
        "code": code,
        "text": text,
        "qualifiers": [qualifier for at in result.all("ResultCodeQualifier") if (qualifier := at.take())],
        "durations": _durations(result.child("Outcome/Duration"), findings),
        "amounts_pounds": _amounts(result, findings),
        "penalty_points": findings.number_at(result, "Outcome/PenaltyPoints", 999),
        "next_hearing": _next_hearing(result.child("NextHearing"), findings),
    }
    return {name: value for name, value in read.items() if value is not None and value != []}


def _amounts(result: Element, findings: Findings) -> list[str]:
    amounts = []
    for at in result.all("Outcome/ResultAmountSterling"):
        text = at.take()
        if text and re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text):
            amounts.append(text)
        elif text:
            findings.unreadable(at, "an amount of pounds such as 100.00")
    return amounts


def _durations(duration: Element | None, findings: Findings) -> list[dict[str, Any]]:
    """Return the main period with the first pair of dates, the secondary period, then any further pairs of dates."""
    if duration is None:
        return []
    pairs = _pairs(duration, findings)
    main: dict[str, Any] = {
        "value": findings.number_at(duration, "DurationValue", 9999),
        "unit": duration.text("DurationUnit"),
        **(pairs[0] if pairs else {}),  # the dates of the main period are first
    }
    secondary: dict[str, Any] = {
        "value": findings.number_at(duration, "SecondaryDurationValue", 9999),
        "unit": duration.text("SecondaryDurationUnit"),
    }
    found = [main] if any(value is not None for value in main.values()) else []
    found += [secondary | {"secondary": True}] if any(value is not None for value in secondary.values()) else []
    return found + [dict(pair) for pair in pairs[1:]]


def _pairs(duration: Element, findings: Findings) -> list[dict[str, date]]:
    """Return start and end dates in document order. Either may be missing, and several pairs may follow."""
    pairs: list[dict[str, date]] = []
    for at in duration.among({_START, _END}):
        if at.name == _END and (at.take() or "").startswith(_NO_END):
            findings.unreadable(at, "a possible end date")
            continue
        found = findings.date_in(at)
        if found is None:
            continue
        if at.name == _START or not pairs or "ends_on" in pairs[-1]:  # an end belongs to the start just before it
            pairs.append({})
        pairs[-1]["starts_on" if at.name == _START else "ends_on"] = found
    return pairs


def _next_hearing(hearing: Element | None, findings: Findings) -> dict[str, Any] | None:
    if hearing is None:
        return None
    on = findings.date_at(hearing, "NextHearingDetails/DateOfHearing")
    found = {
        "court_ou_code": hearing.text("NextHearingDetails/CourtHearingLocation"),
        "on": on,
        "at": findings.time_at(hearing, "NextHearingDetails/TimeOfHearing", on),
        "reason": hearing.text("NextHearingReason"),
        "bail_status": hearing.text("BailStatusOffence"),
    }
    return found if any(value is not None for value in found.values()) else None
