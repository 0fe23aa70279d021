"""Reads what the court decided: judicial results with their prompts, as results of an offence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from adapters.fitting import joined, words_of
from adapters.systems.common_platform.decoding.moments import day_of, read_day, read_moment
from adapters.systems.common_platform.decoding.prompts import Prompt, read_prompts
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.sharing import Release, Sharing

DURATIONS = ("primary", "secondary", "tertiary")


@dataclass(frozen=True, slots=True)
class ReadResult:
    """`offence_id` is the offence that the result itself names."""

    values: dict[str, Any]
    record: Record
    release: Release
    offence_id: str | None = None
    prompts: list[Prompt] = field(default_factory=list)

    def written(self, named: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
        """Return the result without prompts whose value has a field of its own in the message."""
        left = [prompt for prompt in self.prompts if not prompt.is_said_by(named)]
        return self.values | {"details": [detail for prompt in left if (detail := prompt.detail)]}

    def says_something(self) -> bool:
        return any(value not in (None, [], "") for value in self.written().values())


def read_results(results: list[Record], sharing: Sharing) -> list[ReadResult]:
    """Return the valid results in the order of the document. Deleted ones are noted in `sharing`."""
    found: list[ReadResult] = []
    for result in results:
        release = sharing.release_of(result)
        if result.flag("isDeleted"):
            sharing.withdrawn.append(release)
            problem = "the court has withdrawn this result; it was left out"
            result.left_out("common_platform.result_deleted", problem, "nothing, if this was intended")
        else:
            found += _result(result, release)
    return found


def _result(result: Record, release: Release) -> list[ReadResult]:
    """Yield the result, then the secondary codes that the police receive with it."""
    prompts = read_prompts(result)
    offence_id = result.text("offenceId")
    main = ReadResult(_values(result, prompts), result, release, offence_id, prompts)
    secondary = [
        ReadResult({"code": code, "text": text}, record, release, offence_id)
        for record in result.each("secondaryCJSCodes")
        for code, text in [(record.text("cjsCode"), record.text("text"))]
        if code or text
    ]
    if not main.says_something():
        problem, cure = "has neither a cjsCode nor a text; it was left out", "send what the court decided"
        result.doubt_here("common_platform.empty_result", problem, cure)
        return secondary
    main.values["ordered_on"] = release.ordered
    return [main, *secondary]


def _values(result: Record, prompts: list[Prompt]) -> dict[str, Any]:
    return {
        "code": result.text("cjsCode"),
        "text": _words(result, prompts),
        "qualifiers": words_of(result.text("qualifier"), r"\s,;|"),
        "durations": _durations(result, prompts),
        "amounts_pounds": [prompt.amount for prompt in prompts if prompt.amount],
        "penalty_points": _points(result, prompts),
        "next_hearing": _next_hearing(result),
        "category": result.text("category"),
        "amended_on": day_of(result, "amendmentDate"),
        "amendment_reason": result.text("amendmentReason"),
    }


def _words(result: Record, prompts: list[Prompt]) -> str | None:
    """Return the label, if the text does not contain it, and the text; otherwise what the prompts say."""
    label, text = result.text("label"), result.text("resultText", "resultWording")
    if text is None and label is not None:
        return joined("\n", [label, *(prompt.said for prompt in prompts)])
    if text and label and label.casefold() not in text.casefold():
        return joined("\n", [label, text])
    return text


def _durations(result: Record, prompts: list[Prompt]) -> list[dict[str, Any]]:
    element = result.child("durationElement")
    elements = [*filter(None, [element, *(prompt.element for prompt in prompts)])]
    found = [period for one in elements for period in _periods(one)]
    if not found:
        found = [period for prompt in prompts for period in prompt.periods]
    if result.flag("lifeDuration") and not any(period.get("unit") == "L" for period in found):
        found.insert(0, {"unit": "L"})
    return found


def _periods(element: Record) -> list[dict[str, Any]]:
    dates = {"starts_on": day_of(element, "durationStartDate"), "ends_on": day_of(element, "durationEndDate")}
    found: list[dict[str, Any]] = []
    for place, name in enumerate(DURATIONS):
        period: dict[str, Any] = {
            "value": element.number(f"{name}DurationValue", 9999),
            "unit": element.text(f"{name}DurationUnit"),
        }
        if place == 0:
            period |= dates
        if any(value is not None for value in period.values()):
            found.append(period | ({"secondary": True} if place else {}))
    return found


def _points(result: Record, prompts: list[Prompt]) -> int | None:
    """Return the points of the result; otherwise those of its prompts, which repeat them."""
    said = [result.number("totalPenaltyPoints", 999), *(prompt.points for prompt in prompts)]
    found = [points for points in said if points is not None]
    if len(set(found)) > 1:
        result.contradicts("totalPenaltyPoints", "the points before it")
    return found[0] if found else None


def _next_hearing(result: Record) -> dict[str, Any] | None:
    """Return where and when, and the custody status until then, which is given even if no day is fixed."""
    hearing = result.only("nextHearing")
    court = hearing.only("courtCentre")
    listed = hearing.text("listedStartDateTime", "dateOfHearing")
    moment, day = read_moment(listed or ""), read_day(listed or "")
    if listed and day is None:
        day = day_of(hearing, "listedStartDateTime", "dateOfHearing")  # this call doubts it
    kind, reason = hearing.only("type").text("description"), hearing.text("adjournmentReason")
    found = {
        "court_ou_code": court.either("code", "courtHearingLocation"),
        "court_name": court.text("name"),
        "room": court.text("roomName"),
        "hearing_type": kind,
        "on": day,
        "at": moment.time() if moment else None,
        "reason": reason or kind,
        "bail_status": result.text("postHearingCustodyStatus"),
    }
    return found if any(value is not None for value in found.values()) else None
