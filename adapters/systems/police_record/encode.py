"""Writes previous convictions as a police system answers a query by arrest summons number."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.contract import Encoded, Outbound
from adapters.outgoing import Outgoing, filled
from adapters.systems.police_record.codes import ADJUDICATIONS, CONVICTED, PLEAS, UNITS, written_as
from schemas.problem import Problem, Refused


def encode_record(message: Outbound) -> Encoded:
    """Return the record. Raises Refused if the format can hold nothing that identifies the person."""
    payload = Outgoing.of(message.payload)
    person = payload.part("defendant")
    record = filled(
        {
            "longPersonUrn": person.take("pnc_id"),
            "reportId": payload.take("record_reference"),
            "asn": person.take("arrest_summons_number"),
            "ownerCode": payload.take("force"),
        }
    )
    if not ("asn" in record or "longPersonUrn" in record):
        raise Refused(
            Problem(
                "police_record.cannot_express",
                "defendant",
                "a police record needs an arrest summons number or a PNC id, and the message has neither",
                "grant one of them to the recipient, or send it by another system",
            )
        )
    record["disposals"] = [_disposal(one) for one in payload.parts("convictions")]
    body = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False).encode()
    return Encoded(body, "application/json", ".json", tuple(payload.left))


def _disposal(conviction: Outgoing) -> dict[str, Any]:
    court = filled({"courtName": conviction.take("court_name"), "courtCode": conviction.take("court_code")})
    if court:
        court = {"courtIdentityType": "name" if "courtName" in court else "code"} | court
    return filled(
        {
            "courtCaseReference": conviction.take("reference"),
            "court": court,
            "convictionDate": conviction.take("convicted_on"),
            "offences": [_offence(one) for one in conviction.parts("offences")],
        }
    )


def _offence(offence: Outgoing) -> dict[str, Any]:
    place = offence.take("location")
    wording = offence.take("wording")
    return filled(
        {
            "offenceId": offence.take("id"),
            "courtOffenceSequenceNumber": offence.take("sequence"),
            "cjsOffenceCode": offence.take("code"),
            "title": offence.take("title"),
            "offenceDescription": [wording] if wording else [],
            "offenceStartDate": offence.take("started_on"),
            "offenceStartTime": _time(offence, "started_at"),
            "offenceEndDate": offence.take("ended_on"),
            "offenceEndTime": _time(offence, "ended_at"),
            "locationAddress": {"locationType": "description", "locationText": place} if place else {},
            "plea": _word(offence, "plea", PLEAS),
            "adjudications": _adjudications(offence),
            "disposalResults": [_result(one) for one in offence.parts("results")],
        }
    )


def _time(offence: Outgoing, name: str) -> str | None:
    """The format cannot hold fractions of a second or an offset."""
    written = offence.get(name)
    taken: str | None = offence.take(name, if_=isinstance(written, str) and len(written) <= len("00:00:00"))
    return taken


def _adjudications(offence: Outgoing) -> list[dict[str, Any]]:
    convicted = offence.get("finding") in CONVICTED
    decision = filled(
        {
            "disposalDate": offence.take("convicted_on", if_=convicted),
            "adjudication": _word(offence, "finding", ADJUDICATIONS),
        }
    )
    return [decision] if decision else []


def _result(result: Outgoing) -> dict[str, Any]:
    code = result.take("code")
    return {
        **filled(
            {
                "disposalCode": int(code) if _is_plain(code) else code,
                "disposalText": result.take("text"),
                **_durations(result),
                "disposalQualifiers": result.take("qualifiers"),
            }
        ),
        "disposalFine": filled({"amount": _amount(_first(result, "amounts_pounds"))}),
    }


def _is_plain(code: Any) -> bool:
    return isinstance(code, str) and code.isascii() and code.isdigit() and str(int(code)) == code


def _durations(result: Outgoing) -> dict[str, Any]:
    """One period of the result and one of its qualifier, in that order. The format can hold no more."""
    periods = result.parts("durations")
    found: dict[str, Any] = {}
    if periods and not periods[0].get("secondary"):
        first = periods.pop(0)
        found |= {"disposalDuration": _duration(first), "disposalEffectiveDate": first.take("starts_on")}
    if periods and periods[0].get("secondary") and (second := _duration(periods[0])):
        periods[0].take("secondary")
        found["disposalQualifierDuration"] = second
    return found


def _duration(period: Outgoing) -> dict[str, Any]:
    unit, value = period.get("unit"), period.get("value")
    for_life = unit == "L"
    written = _word(period, "unit", UNITS)
    count = period.take("value", if_=not (for_life and value == 0))
    return {
        **({"count": count} if count is not None else {"count": 0} if for_life else {}),
        **({"units": written} if written else {}),
    }


def _word(part: Outgoing, name: str, table: Mapping[str, str]) -> str | None:
    meaning = part.get(name)
    written = written_as(table, meaning) if isinstance(meaning, str) else None
    part.take(name, if_=written is not None)
    return written


def _amount(pounds: str | None) -> int | float | str | None:
    """Write the amount as a number if it is read back as the same; otherwise as it is."""
    if pounds is None:
        return None
    if pounds.isdigit() and str(int(pounds)) == pounds:
        return int(pounds)
    return float(pounds) if f"{float(pounds):.2f}" == pounds else pounds


def _first(part: Outgoing, name: str) -> Any:
    """Return the first of a list, with only that one ticked off."""
    part.tick(f"{name}[0]")
    return (part.get(name) or (None,))[0]
