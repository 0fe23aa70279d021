"""Reads what results and new cases say about people in the same elements: names, contacts, birth and addresses."""

from typing import Any

from adapters.fitting import Placed, joined
from adapters.systems.spi.decoding.codes import SEXES
from adapters.systems.spi.decoding.findings import Findings
from adapters.systems.spi.decoding.reading import Element
from schemas.fields import postcode

_NUMBERS = ("pnc_id", "cro_number", "arrest_summons_number")
_PHONES = ("TelephoneNumberBusiness", "TelephoneNumberHome", "TelephoneNumberMobile")


def base_person(details: Element, findings: Findings) -> dict[str, Any]:
    """Return the fields of a defendant from BasePersonDetails. A name without a family name is not used."""
    named = details.child("PersonName")
    name = name_parts(named) if named else None
    return {
        "name": name if name and name["surname"] else None,
        "date_of_birth": findings.birth_at(details, "Birthdate"),
        "sex": sex(details, findings),
        "telephones": telephones(details),
        "emails": emails(details),
    }


def known(who: dict[str, Any], at: Element, findings: Findings) -> dict[str, Any]:
    """Return the defendant. One without a name is identified by a number; one without either is refused."""
    if who.get("name") or who.get("organisation"):
        return who
    cure = "send the defendant's family name, or the organisation's name"
    if any(who.get(number) for number in _NUMBERS):
        findings.doubt("spi.no_name", at, "gives no family name; only numbers identify the defendant", cure)
    else:
        findings.refuse("spi.no_name", at, "gives neither a family name nor a number of the defendant", cure)
    return who


def organisation(corporate: Element) -> dict[str, Any]:
    """Return the fields of a defendant that is an organisation."""
    name = corporate.text("OrganisationName/OrganisationName") or corporate.text("OrganisationName")
    phone = corporate.text("TelephoneNumberBusiness")
    return {
        "organisation": name,
        "pnc_id": corporate.text("PNCidentifier"),
        "address": address(corporate),
        "telephones": [phone] if phone else [],
        "emails": emails(corporate),
    }


def name_parts(named: Element) -> dict[str, Any]:
    given = [named.text(f"PersonGivenName{number}") for number in (1, 2, 3)]
    return {
        "title": named.text("PersonTitle"),
        "forenames": [name for name in given if name],
        "surname": named.text("PersonFamilyName"),
    }


def whole_name(named: Element | None) -> str | None:
    """Return title, given names and family name in one line."""
    if named is None:
        return None
    parts = name_parts(named)
    words = [parts["title"], *parts["forenames"], parts["surname"]]
    return joined(" ", words) or None


def telephones(details: Element) -> list[str]:
    return [phone for name in _PHONES if (phone := details.text(f"TelephoneDetails/{name}"))]


def sex(details: Element, findings: Findings) -> str | None:
    at = details.child("Gender")
    code = at.take() if at else None
    if at is None or code is None:
        return None
    if code not in SEXES:
        findings.unreadable(at, "one of the codes 0, 1, 2 and 9")
    return SEXES.get(code)


def emails(holder: Element) -> list[str]:
    return [mail for number in (1, 2) if (mail := holder.text(f"EmailDetails/EmailAddress{number}"))]


def address(holder: Element) -> dict[str, Any] | None:
    """Return lines in order. A simple address has no postcode of its own, because courts write it as the last line."""
    simple = holder.child("Address/SimpleAddress")
    if simple is not None:
        lines = [line for number in range(1, 6) if (line := simple.text(f"AddressLine{number}"))]
        code = postcode(lines[-1]) if lines else None  # courts write the postcode as the last line
        return {"lines": lines[:-1] if code else lines, "postcode": code} if lines else None
    structured = holder.child("Address/ComplexAddress") or holder.child("Address")
    if structured is None:
        return None
    flat, house = (_without_columns(structured.text(name)) for name in ("SAON", "PAON"))
    parts = [flat, joined(" ", [house, structured.text("StreetDescription")])]
    parts += [structured.text(name) or "" for name in ("Locality", "Town", "AdministrativeArea", "PostTown")]
    lines = [part for part in parts if part]
    code = structured.text("PostCode")
    return {"lines": lines, "postcode": code} if lines or code else None


def _without_columns(number: str | None) -> str:
    """Numbers stand in columns padded with blanks; the blanks carry nothing."""
    plain = " ".join((number or "").split())
    return Placed.at(number.place, plain) if isinstance(number, Placed) else plain
