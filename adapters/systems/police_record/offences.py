"""Reads an offence of the record with its adjudication and its results, in either form that the police write."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.dates import read_day
from adapters.fitting import joined
from adapters.systems.police_record.codes import ADJUDICATIONS, CONVICTED, PLEAS, UNITS, meaning_of
from adapters.systems.police_record.record import Fields
from schemas.parts.offence import SEQUENCE_MAX, Offence, Result

_CODE_MAX = 80
_DURATION_MAX = 9_999


def offence(fields: Fields) -> Offence | None:
    """Return the offence; None, with a doubt, if it cannot be accepted. `fields` already includes its inner
    `offence`."""
    place = fields.child("locationAddress", "location")
    started, ended = fields.day("offenceStartDate", "startDate"), fields.day("offenceEndDate", "endDate")
    values = {
        "id": fields.text("offenceId", "id"),
        "sequence": fields.number("courtOffenceSequenceNumber", "courtCaseChargeNumber", most=SEQUENCE_MAX),
        "code": fields.text("cjsOffenceCode", "qualifiedCjsCode"),
        "title": fields.text("title", "offenceTitle"),
        "wording": joined(" ", fields.texts("offenceDescription")) or None,
        "started_on": started,
        "started_at": fields.clock(started, "offenceStartTime", "startTime"),
        "ended_on": ended,
        "ended_at": fields.clock(ended, "offenceEndTime", "endTime"),
        "location": place.text("locationText") if place else None,
        "plea": word(fields, PLEAS, "plea"),
        **_adjudication(fields),
    }
    found = [_result(each) for each in fields.each("disposalResults", "results", "disposals")]
    if not (values["code"] or values["title"] or values["wording"]):
        values["title"] = _classified(fields)
    elif len(values["code"] or "") > _CODE_MAX:
        # the code is left out, with a doubt; its text says what the offence is, if nothing else does
        values["title"] = values["title"] or values["code"]
    results = tuple(each for each in found if each is not None)
    return fields.findings.checked(Offence, values | {"results": results}, fields.path, optional=True)


def word(fields: Fields, table: Mapping[str, str], name: str) -> str | None:
    """Return the plain word for a word or code. An unknown one is kept, with a doubt."""
    written = fields.text(name)
    if written is None:
        return None
    plain = meaning_of(table, written)
    if plain is None:
        fields.findings.doubt(
            "police_record.unknown_code",
            name,
            f"{fields.path}.{name}",
            f"{name} is a word or code that the exchange does not know; it is kept as received",
            "correct it in the police system, or ask the exchange to add it",
        )
    return plain or written


def _classified(fields: Fields) -> str | None:
    """Old offences have a class and no CJS code. The class is better than no offence."""
    number = fields.text("npccOffenceCode")
    if number is None:
        return None
    fields.findings.doubt(
        "police_record.no_offence_code",
        "cjsOffenceCode",
        fields.path,
        "the offence has no CJS code; the number of its class is used as its title",
        "give its CJS offence code",
    )
    return f"Class of offence {number}"


def _adjudication(fields: Fields) -> dict[str, Any]:
    """Return the newest one. Its date is a date of conviction only if there was a conviction."""
    if not (listed := fields.each("adjudications")):
        return {"finding": word(fields, ADJUDICATIONS, "adjudication")}
    newest = max(listed, key=_order)
    if any(_order(one) == _order(newest) and one.seen("adjudication") != newest.seen("adjudication") for one in listed):
        return _undecided(fields, listed)
    for one in listed:
        if one is not newest:
            values = one.values()
            one.ignore()
            fields.findings.doubt(
                "police_record.earlier_adjudication",
                "adjudications",
                one.path,
                "the offence was adjudicated more than once; the last adjudication is passed on, this one is not"
                f" ({values} values)",
                "nothing, if the last one is right",
            )
    finding = word(newest, ADJUDICATIONS, "adjudication")
    return {"finding": finding, "convicted_on": newest.day("disposalDate") if finding in CONVICTED else None}


def _undecided(fields: Fields, listed: list[Fields]) -> dict[str, Any]:
    """Nothing shows which adjudication is the last, so none is passed on."""
    values = sum(one.values() for one in listed)
    for one in listed:
        one.ignore()
    fields.findings.doubt(
        "police_record.contradiction",
        "adjudications",
        f"{fields.path}.adjudications",
        f"adjudications of one appearance differ; none is passed on ({values} values)",
        "correct the one that is wrong",
    )
    return {"finding": None}


def _order(adjudication: Fields) -> tuple[int, date]:
    """Order by the number of the appearance, then by the day. The order of the list means nothing."""
    number = adjudication.number("appearanceNumber", most=SEQUENCE_MAX) or 0
    day = adjudication.seen("disposalDate")
    return number, (read_day(day) if isinstance(day, str) else None) or date.min


def _result(fields: Fields) -> Result | None:
    fine = fields.child("disposalFine")
    amount = fields.pounds("fineAmount") or (fine.pounds("amount") if fine else None)
    values = {
        "code": fields.text("disposalCode"),
        "text": fields.text("disposalText"),
        "qualifiers": fields.texts("disposalQualifiers", "disposalQualifierCodes"),
        "durations": _durations(fields),
        "amounts_pounds": [amount] if amount else [],
    }
    if not (values["code"] or values["text"]):
        fields.findings.doubt(
            "police_record.no_result_code",
            "disposalCode",
            fields.path,
            "the result has neither a code nor a text",
            "give its disposalCode",
        )
    return fields.findings.checked(Result, values, fields.path, optional=True)


def _durations(fields: Fields) -> list[dict[str, Any]]:
    """Return the period of the result, which begins on its effective date, and then the period of its qualifier."""
    main = _duration(fields.child("disposalDuration")) | _present(starts_on=fields.day("disposalEffectiveDate"))
    second = _duration(fields.child("disposalQualifierDuration"))
    return [each for each in (main, second | {"secondary": True} if second else {}) if each]


def _duration(fields: Fields | None) -> dict[str, Any]:
    if fields is None:
        return {}
    unit = word(fields, UNITS, "units")
    count = fields.number("count", most=_DURATION_MAX)
    return _present(unit=unit, value=None if unit == "L" and count == 0 else count)  # life has no number


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
