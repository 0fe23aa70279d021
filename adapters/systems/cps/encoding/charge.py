"""Writes a case package as a charge in JSON."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.systems.cps.decoding.charge import DETAILS
from adapters.systems.cps.decoding.charge_people import EMAILS, FORENAMES, LINES, PHONES, SEXES
from adapters.systems.cps.encoding.fields import Fields, cannot

_GRANT = "send it, or grant it to the recipient"
Json = dict[str, Any]


def charge(package: Fields) -> bytes:
    """Return the charge. Raises Refused `cps.cannot_express` without a URN, or without the name and the offences of
    each defendant."""
    defendants = package.parts("defendants")
    if not defendants:
        cannot("defendants", "names nobody, but a charge must name its defendants", _GRANT)
    summons = package.write("case_type", r"[A-Z]")
    hearing = package.part("hearing")
    details = _filled(
        {
            "urn": _needed(package, "urn"),
            "prosecutingAuthority": package.write("prosecuting_organisation"),
            "summonsCode": summons,
            "informant": package.part("prosecutor").write("name"),
            "caseMarker": _markers(package),
            "hearingDetails": _filled(
                {
                    "courtHearingLocation": hearing.write("court_ou_code"),
                    "dateOfHearing": hearing.write("on"),
                    "timeOfHearing": hearing.clock("at", "on"),
                }
            ),
        }
    )
    entries = [_defendant(entry) for entry in defendants]
    if facts := package.write("summary"):
        entries[0]["offences"][0]["statementOfFacts"] = facts
    charged = any("chargeDate" in offence for entry in entries for offence in entry["offences"])
    if package.values.get("initiation") == ("S" if summons else "C" if charged else None):
        package.tick("initiation")
    return json.dumps({DETAILS: details, "defendants": entries}, ensure_ascii=False, indent=1).encode()


def _markers(package: Fields) -> str | None:
    """Write several markers as one text, separated by spaces."""
    held: list[str] = list(package.values.get("markers") or ())
    written = " ".join(held)
    if written.split() != held:
        return None
    for index in range(len(held)):
        package.tick(f"markers[{index}]")
    return written or None


def _defendant(entry: Fields) -> Json:
    who = entry.part("defendant")
    details = {
        "prosecutorDefendantId": entry.write("prosecutor_id"),
        "asn": who.write("arrest_summons_number"),
        "pncIdentifier": who.write("pnc_id"),
        "croNumber": who.write("cro_number"),
        "documentationLanguage": entry.write("documentation_language"),
        "hearingLanguage": entry.write("hearing_language"),
        "numPreviousConvictions": _number(entry, "previous_convictions"),
        "address": _address(who.part("address")),
    }
    person = _organisation(who) if who.values.get("organisation") else _individual(entry, who)
    offences = [_offence(offence) for offence in entry.parts("offences")]
    if not offences:
        cannot(f"{entry.path}offences", "is empty, but a charge must have an offence for each defendant", _GRANT)
    return {"defendantDetails": _filled(details), **person, "offences": offences}


def _individual(entry: Fields, who: Fields) -> Json:
    sex = next((code for code, word in SEXES.items() if word == who.values.get("sex")), None)
    if sex is not None:
        who.tick("sex")
    individual = {
        "nameDetails": _name(who.part("name")),
        "aliases": [_name(alias) for alias in who.parts("aliases")],
        "contactDetails": _spread(who, "telephones", PHONES) | _spread(who, "emails", EMAILS),
        "dateOfBirth": who.write("date_of_birth", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        "gender": None if sex is None else int(sex),
        "ethnicity": who.write("ethnicity"),
        "nationality": who.write("nationality"),
        "additionalNationality": who.write("second_nationality"),
        "occupation": entry.write("occupation"),
        "languageRequirement": entry.write("language_needs"),
        "specificRequirements": entry.write("special_needs"),
        "custodyStatus": entry.write("custody_status"),
        "bailConditions": entry.write("bail_conditions"),
        "parentGuardian": _guardian(entry.part("parent_guardian")),
    }
    return {"individual": _filled(individual)}


def _organisation(who: Fields) -> Json:
    name = _needed(who, "organisation")
    phone = _spread(who, "telephones", ("companyTelephoneNumber",))
    contact = _spread(who, "emails", EMAILS)
    return {"organisation": _filled({"organisationName": name, **phone, "contactDetails": contact})}


def _guardian(guardian: Fields) -> Json:
    words = str(guardian.values.get("name") or "").split()
    before = words[:-1]
    keys = ("title", *FORENAMES) if len(before) > len(FORENAMES) else FORENAMES
    parts = dict(zip(keys, before, strict=False))
    if words:
        parts["surname"] = words[-1]
    name = _rejoined(guardian, "name", parts, " ")
    contact = _in_one_line(guardian, "telephone", PHONES) | _in_one_line(guardian, "email", EMAILS)
    individual = _filled({"nameDetails": name, "contactDetails": contact})
    return _filled({"individual": individual, "address": _address(guardian.part("address"))})


def _name(name: Fields) -> Json:
    written = {
        "title": name.write("title"),
        **_spread(name, "forenames", FORENAMES),
        "surname": _needed(name, "surname"),
    }
    return _filled(written)


def _address(address: Fields) -> Json:
    return _filled({**_spread(address, "lines", LINES), "postcode": address.write("postcode")})


def _offence(offence: Fields) -> Json:
    date_code = offence.write("date_code")
    alcohol = {
        "alcoholOrDrugLevelAmount": _number(offence, "alcohol_level"),
        "alcoholOrDrugLevelMethod": offence.write("alcohol_method"),
    }
    details = {
        "cjsOffenceCode": _needed(offence, "code"),
        "offenceSequenceNo": _number(offence, "sequence"),
        "offenceCommittedDate": offence.write("started_on"),
        "offenceCommittedEndDate": offence.write("ended_on"),
        "offenceDateCode": int(date_code) if date_code and date_code in "123456" else date_code,
        "offenceLocation": offence.write("location"),
        "offenceWording": offence.write("wording"),
        "alcoholRelatedOffence": _filled(alcohol),
        "vehicleRegistrationMark": offence.write("vehicle_registration"),
    }
    dates = {"chargeDate": offence.write("charged_on"), "arrestDate": offence.write("arrested_on")}
    return {"offenceDetails": _filled(details), **_filled(dates)}


def _spread(holder: Fields, name: str, keys: tuple[str, ...]) -> Json:
    """Write the values of a list, each under a key of its own. Values without a key are left."""
    written: Json = {}
    for index, (key, value) in enumerate(zip(keys, holder.values.get(name) or (), strict=False)):
        written[key] = value
        holder.tick(f"{name}[{index}]")
    return written


def _in_one_line(holder: Fields, name: str, keys: tuple[str, ...]) -> Json:
    values = [value for value in str(holder.values.get(name) or "").split(", ") if value]
    return _rejoined(holder, name, dict(zip(keys, values, strict=False)), ", ")


def _rejoined(holder: Fields, name: str, parts: Json, separator: str) -> Json:
    """Write one text under several keys. It counts as expressed if the joined parts give the text again."""
    if parts and separator.join(parts.values()) == holder.values.get(name):
        holder.tick(name)
    return parts


def _number(holder: Fields, name: str) -> int | None:
    value = holder.values.get(name)
    if value is not None:
        holder.tick(name)
    return value


def _needed(holder: Fields, name: str) -> str:
    written = holder.write(name)
    if written is None:
        cannot(f"{holder.path}{name}", "is missing, but a charge requires it", _GRANT)
    return written


def _filled(values: Mapping[str, Any]) -> Json:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
