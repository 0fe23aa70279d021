"""What the court decided: judicial results with their prompts, as results of an offence."""

import re
from datetime import date, datetime
from typing import Any

from adapters.systems.common_platform.decoding.moments import day_of, read_day, read_moment
from adapters.systems.common_platform.decoding.record import Record

DURATIONS = ("primary", "secondary", "tertiary")
_PERIOD = re.compile(r"([0-9]{1,4}) (hour|day|week|month|year)s?", re.IGNORECASE)
_AMOUNT = re.compile(r"£?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(\.[0-9]{1,2})?")


class Sharing:
    """When the results of one defendant were ordered and released; a result that was deleted counts as well.

    An event repeats what earlier hearings decided: those results are kept in `earlier` and do not count.
    """

    def __init__(self, hearing_id: str | None = None) -> None:
        self._hearing_id = hearing_id
        self.ordered: set[date] = set()
        self.shared: set[datetime] = set()
        self.earlier: list[dict[str, Any]] = []
        self.any = False

    def counts(self, result: Record) -> bool:
        """Whether it was decided at this hearing."""
        ordered, shared = day_of(result, "orderedDate"), read_moment(result.text("lastSharedDateTime") or "")
        ordered_at = result.text("orderedHearingId")
        if ordered_at and self._hearing_id and ordered_at.casefold() != self._hearing_id.casefold():
            return False
        self.any = True
        self.ordered |= {ordered} if ordered else set()
        self.shared |= {shared} if shared else set()
        return True

    def own(self, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [result for result in results if not any(result is one for one in self.earlier)]


def read_results(holder: Record, sharing: Sharing, *names: str) -> list[dict[str, Any]]:
    """The results that stand, in the order of the document."""
    found = []
    for result in holder.each(*names):
        own = sharing.counts(result)
        if result.flag("isDeleted"):
            result.ignore().doubt(
                "common_platform.result_deleted",
                "isDeleted",
                "the court has taken this result back; it was left out",
                "nothing, if so meant",
            )
            continue
        read = _result(result)
        found += read
        if not own:
            sharing.earlier += read
    return found


def _result(result: Record) -> list[dict[str, Any]]:
    """The result itself, then the secondary codes that the police are told with it."""
    prompts = [prompt.ignore() for prompt in result.each("judicialResultPrompts")]  # the text of the result has them
    label, text = result.text("label"), result.text("resultText", "resultWording")
    code = _code(result)
    said = [_said(prompt) for prompt in prompts]
    if text is None and label is not None:
        text = "\n".join([label, *filter(None, said)])
    elif text and label and label.casefold() not in text.casefold():
        text = f"{label}\n{text}"
    if code is None and text is None:
        result.refuse(
            "common_platform.empty_result", None, "has neither a cjsCode nor a text", "send what the court decided"
        )
    main = {
        "code": code,
        "text": text,
        "qualifiers": re.findall(r"[^\s,;|]+", result.text("qualifier") or ""),
        "durations": _durations(result, prompts),
        "amounts_pounds": [amount for prompt in prompts if (amount := _amount(prompt))],
        "penalty_points": _points(result, prompts),
        "next_hearing": _next_hearing(result),
    }
    secondary = [
        {"code": code, "text": text}
        for record in result.each("secondaryCJSCodes")
        for code, text in [(_code(record), record.text("text"))]
        if code or text
    ]
    return [main, *secondary]


def _code(record: Record) -> str | None:
    """Left out, a code might hide a custodial sentence: one that is none refuses the whole."""
    code = record.text("cjsCode")
    if code and not re.fullmatch(r"[0-9A-Za-z]{1,8}", code):
        record.refuse("common_platform.result_code", "cjsCode", "is no CJS result code", "send a code such as 1002")
    return code


def _said(prompt: Record) -> str | None:
    label, value = prompt.text("label"), prompt.text("value")
    return f"{label}: {value}" if label and value else value


def _durations(result: Record, prompts: list[Record]) -> list[dict[str, Any]]:
    element = result.child("durationElement")
    elements = [*([element] if element else []), *filter(None, [prompt.child("durationElement") for prompt in prompts])]
    found = [period for one in elements for period in _periods(one)]
    if not found:
        found = [period for prompt in prompts if (period := _worded(prompt))]
    if result.flag("lifeDuration"):
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


def _worded(prompt: Record) -> dict[str, Any] | None:
    """A period that only its words give: `12 Months`."""
    kind, sequence = prompt.text("type"), prompt.number("durationSequence", 9)
    match = _PERIOD.fullmatch(prompt.text("value") or "")
    if match is None or not (sequence or (kind or "").upper() == "DURATION"):
        return None
    period = {"value": int(match[1]), "unit": match[2][0].upper()}
    return period | ({"secondary": True} if (sequence or 1) > 1 else {})


def _amount(prompt: Record) -> str | None:
    if not prompt.flag("isFinancialImposition"):
        return None
    match = _AMOUNT.fullmatch(prompt.text("value") or "")
    return match[1].replace(",", "") + (match[2] or "") if match else None


def _points(result: Record, prompts: list[Record]) -> int | None:
    points = [holder.number("totalPenaltyPoints", 999) for holder in (result, *prompts)]
    named = [prompt for prompt in prompts if "penaltypoints" in (prompt.text("promptReference") or "").lower()]
    return next((one for one in [*points, *(one.number("value", 999) for one in named)] if one is not None), None)


def _next_hearing(result: Record) -> dict[str, Any] | None:
    """Where and when, and the custody status of the meantime, which stands even if no day is fixed."""
    hearing = result.only("nextHearing")
    court = hearing.only("courtCentre").ignore()  # the code says which
    listed = hearing.text("listedStartDateTime", "dateOfHearing")
    moment, day = read_moment(listed or ""), read_day(listed or "")
    if listed and day is None:
        hearing.doubt(
            "common_platform.unreadable",
            "listedStartDateTime",
            "is no moment; it is not passed on",
            "send YYYY-MM-DDTHH:MM:SSZ",
        )
    found = {
        "court_ou_code": court.text("code", "courtHearingLocation"),
        "on": day,
        "at": moment.time() if moment else None,
        "reason": hearing.text("adjournmentReason") or hearing.only("type").text("description"),
        "bail_status": result.text("postHearingCustodyStatus"),
    }
    return found if any(value is not None for value in found.values()) else None
