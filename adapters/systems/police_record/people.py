"""Reads whom the record is about: identifiers, and the details that link it to a person, in our own extension
`person`."""

import re
from typing import Any

from adapters.fitting import Placed
from adapters.systems.police_record.codes import SEXES
from adapters.systems.police_record.offences import word
from adapters.systems.police_record.record import Fields
from schemas.fields import PNC_ID, arrest_summons_number
from schemas.parts.person import Defendant


def person_of(record: Fields, asn: str | None) -> Defendant | None:
    """Return the person; None, with a refusal, if nothing identifies them."""
    given = record.child("person")
    values = {"arrest_summons_number": asn, **(_given(given) if given else {})}
    values["pnc_id"] = _pnc_id(record, given)
    if not any(values.get(name) for name in ("name", "arrest_summons_number", "pnc_id", "cro_number", "noms_number")):
        record.findings.refuse(
            "police_record.nobody",
            record.path,
            "it does not identify its person",
            "send the arrest summons number (asn), or longPersonUrn",
        )
        return None
    return record.findings.checked(Defendant, values, given.path if given else record.path)


def _pnc_id(record: Fields, given: Fields | None) -> str | None:
    """Return the PNC id: that of the person, else that of the record in its long form, else in its short form. Another
    number than the first is doubted; the short form of the same number is not another."""
    found = [
        number
        for holder, name in ((given, "pncId"), (record, "longPersonUrn"), (record, "personUrn"))
        if holder is not None and (number := holder.text(name)) is not None
    ]
    first = found[0] if found else None
    for number in found:
        if PNC_ID.keep(number) != PNC_ID.keep(found[0]):
            place = number.place if isinstance(number, Placed) else record.path
            problem = "is another PNC id than the one that is used for the person; it is not passed on"
            record.findings.doubt("police_record.contradiction", place, place, problem, "correct the one that is wrong")
    return first


def force_of(units: tuple[str | None, ...], asns: tuple[str, ...]) -> str | None:
    """Return the two characters of the police force: from a unit such as `01ZD`, otherwise from an arrest summons
    number."""
    for unit in units:  # the record's own unit, then its file's, then those of its charges; the first valid one is used
        if unit and re.fullmatch(r"[0-9A-Z]{2}(?:[0-9A-Z]{2})?", unit):
            return unit[:2]
    for asn in asns:
        canonical = arrest_summons_number(asn)
        if canonical and (force := canonical[-18:-16]) != "00":
            return force
    return None


def _given(person: Fields) -> dict[str, Any]:
    address = person.child("address")
    return {
        "name": _name(person),
        "aliases": [found for alias in person.each("aliases") if (found := _name(alias)) is not None],
        "date_of_birth": person.birth("dateOfBirth"),
        "sex": word(person, SEXES, "sex"),
        "cro_number": person.text("croNumber"),
        "crn": person.text("crn"),
        "noms_number": person.text("nomsNumber"),
        "address": {"lines": address.texts("lines"), "postcode": address.text("postcode")} if address else None,
    }


def _name(fields: Fields) -> dict[str, Any] | None:
    surname = fields.text("surname")
    title, forenames = fields.text("title"), fields.texts("forenames")
    if forenames and not surname:
        problem = "the name has no surname; it is not passed on"
        fields.findings.doubt("police_record.no_surname", "surname", fields.path, problem, "send the surname")
    return {"title": title, "forenames": forenames, "surname": surname} if surname else None
