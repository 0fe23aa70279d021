"""Writes offences and their results in the form of a hearing event."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from adapters.systems.common_platform.decoding.moments import read_moment, write_moment
from adapters.systems.common_platform.decoding.offences import read_words, write_words
from adapters.systems.common_platform.decoding.prompts import names_a_place
from adapters.systems.common_platform.decoding.results import DURATIONS
from adapters.systems.common_platform.encoding.outgoing import Fields, filled

NAMED_PROMPTS = {
    "receiving_prison": ("prisonOrganisationName", "Prison organisation name"),
    "probation_team": ("probationTeamToBeNotifiedOrganisationName", "Probation team to be notified organisation name"),
}


def offence_object(offence: Fields, restricted: bool = True) -> dict[str, Any]:
    """Return the offence without its results, and without reporting restrictions unless `restricted`."""
    final, sequence = offence.take("final_disposal"), offence.get("sequence")
    plea, finding = offence.get("plea"), offence.get("finding")
    verdict = finding is not None and _keeps(finding)
    return filled(
        {
            "id": offence.take("id"),
            "orderIndex": offence.take("sequence", if_=bool(sequence)),  # 0 would be read as no number
            "offenceCode": offence.take("code"),
            "offenceTitle": offence.take("title"),
            "wording": offence.take("wording"),
            "offenceLegislation": offence.take("legislation"),
            "maxPenalty": offence.take("maximum_penalty"),
            "startDate": offence.take("started_on"),
            "endDate": offence.take("ended_on"),
            "offenceDateCode": offence.take("date_code"),
            "offenceFacts": filled(
                {
                    "alcoholReadingAmount": offence.take("alcohol_level"),
                    "alcoholReadingMethodCode": offence.take("alcohol_method"),
                    "vehicleCode": offence.take("vehicle_code"),
                    "vehicleRegistration": offence.take("vehicle_registration"),
                }
            ),
            "arrestDate": offence.take("arrested_on"),
            "chargeDate": offence.take("charged_on"),
            "laidDate": offence.take("initiated_on"),
            "plea": filled(
                {
                    "pleaValue": write_words(plea) if offence.take("plea", if_=plea and _keeps(plea)) else None,
                    "pleaDate": offence.take("pleaded_on"),
                }
            ),
            "verdict": filled(
                {
                    "verdictType": {"description": write_words(offence.take("finding"))} if verdict else None,
                    "verdictDate": offence.take("found_on"),
                }
            ),
            "finding": offence.take("finding", if_=not verdict),
            "convictionDate": offence.take("convicted_on"),
            "convictingCourt": filled({"code": offence.take("convicting_court")}),
            "modeOfTrial": offence.take("mode_of_trial"),
            "allocationDecision": filled(
                {
                    "motReasonDescription": offence.take(
                        "mode_of_trial_reason", if_=offence.get("mode_of_trial") is not None
                    )
                }
            ),
            "reportingRestrictions": [
                filled({"label": one.take("reason"), "orderedDate": one.take("ordered_on")})
                for one in (offence.parts("reporting_restrictions") if restricted else ())
                if one.get("reason")
            ],
            "finalDisposal": None if final is None else "Y" if final else "N",
        }
    )


def _keeps(text: str) -> bool:
    return read_words(write_words(text)) == text


def says_what(offence: Fields) -> bool:
    """An offence without any of these is read only if it has a result."""
    return any(offence.get(name) for name in ("code", "title", "wording"))


def result_object(result: Fields, offence: Fields, with_day: bool) -> dict[str, Any]:
    """Empty for one of which nothing can be written but the day of its order: it would not be read."""
    written = _result(result, offence)
    return written | filled({"orderedDate": result.take("ordered_on", if_=with_day)}) if written else {}


def _result(result: Fields, offence: Fields) -> dict[str, Any]:
    text = result.take("text")
    hearing = result.part("next_hearing")
    groups = list(_grouped(result.parts("durations")))
    amounts = result.taken("amounts_pounds", len(result.get("amounts_pounds") or ()))
    prompts: list[dict[str, Any]] = [{"durationElement": _duration(group)} for group in groups[1:]]
    prompts += [{"isFinancialImposition": True, "value": f"£{amount}"} for amount in amounts]
    prompts += [{"totalPenaltyPoints": points} for points in [result.take("penalty_points")] if points is not None]
    return filled(
        {
            "cjsCode": result.take("code"),
            "label": text.splitlines()[0] if text else None,
            "resultText": text,
            "qualifier": ",".join(_qualifiers(result)),
            "category": result.take("category", if_=offence.get("final_disposal") is not None),
            "amendmentDate": result.take("amended_on"),
            "amendmentReason": result.take("amendment_reason"),
            "durationElement": _duration(groups[0]) if groups else None,
            "judicialResultPrompts": [*prompts, *_details(result)],
            "nextHearing": _next_hearing(hearing),
            "postHearingCustodyStatus": hearing.take("bail_status"),
        }
    )


def _details(result: Fields) -> list[dict[str, Any]]:
    """A detail whose label is that of a prompt with a field of its own would be read into that field, so it is left
    out."""
    return [
        filled({"label": one.take("label"), "value": one.take("value")})
        for one in result.parts("details")
        if not names_a_place(one.get("label"))
    ]


def _qualifiers(result: Fields) -> list[str]:
    """A qualifier that contains the separator would be read as several, so it is left out."""
    qualifiers = list(result.get("qualifiers") or ())
    if all(re.fullmatch(r"[^\s,;|]+", qualifier) for qualifier in qualifiers):
        return result.taken("qualifiers", len(qualifiers))
    return []


def _grouped(durations: list[Fields]) -> Iterator[list[Fields]]:
    """Group a main period with up to two secondary ones after it, because an element has room for two."""
    group: list[Fields] = []
    for duration in durations:
        if group and (not duration.get("secondary") or len(group) == len(DURATIONS)):
            yield group
            group = []
        group += [duration] if group or not duration.get("secondary") else [_NOTHING, duration]
    if group:
        yield group


_NOTHING = Fields({}, "", {})


def _duration(group: list[Fields]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "durationStartDate": group[0].take("starts_on"),
        "durationEndDate": group[0].take("ends_on"),
    }
    for name, duration in zip(DURATIONS, group, strict=False):
        written[f"{name}DurationValue"] = duration.take("value")
        written[f"{name}DurationUnit"] = duration.take("unit")
        said = any(written[f"{name}Duration{what}"] is not None for what in ("Value", "Unit"))
        duration.take("secondary", if_=said and name != DURATIONS[0])
    return filled(written)


def _next_hearing(hearing: Fields) -> dict[str, Any]:
    on, at = hearing.take("on"), hearing.get("at")
    listed = moment_written(on, at) if on else None
    if listed and at and "T" in listed:
        hearing.take("at")
    return filled(
        {
            "listedStartDateTime": listed,
            "courtCentre": filled(
                {
                    "code": hearing.take("court_ou_code"),
                    "name": hearing.take("court_name"),
                    "roomName": hearing.take("room"),
                }
            ),
            "type": filled({"description": hearing.take("hearing_type")}),
            "adjournmentReason": hearing.take("reason"),
        }
    )


def moment_written(on: str, at: str | None) -> str:
    """Return the day with its time; only the day if the time would be read differently."""
    day = date.fromisoformat(on)
    if at is not None:
        written = write_moment(day, time.fromisoformat(at))
        moment = read_moment(written)
        if moment is not None and (moment.date(), moment.time()) == (day, time.fromisoformat(at)):
            return written
    return write_moment(day, None)
