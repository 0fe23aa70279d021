"""What results and new cases say of people in the same words: names, contacts, birth and addresses."""

from typing import Any

from adapters.systems.spi.decoding.codes import SEXES
from adapters.systems.spi.decoding.findings import Findings
from adapters.systems.spi.decoding.reading import Element
from schemas.fields import partial_date, postcode

_PHONES = ("TelephoneNumberBusiness", "TelephoneNumberHome", "TelephoneNumberMobile")


def base_person(details: Element, findings: Findings) -> dict[str, Any]:
    """The parts of a defendant that stand in BasePersonDetails. Without a family name the part is refused."""
    if details.text("PersonName/PersonFamilyName") is None:
        findings.refuse("spi.no_name", details, "gives no PersonFamilyName", "send the defendant's family name")
    named = details.child("PersonName")
    return {
        "name": name_parts(named) if named else None,
        "date_of_birth": _birth(details, findings),
        "sex": sex(details, findings),
        "telephones": telephones(details),
        "emails": emails(details),
    }


def organisation(corporate: Element, findings: Findings) -> dict[str, Any]:
    """The parts of a defendant that is an organisation."""
    name = corporate.text("OrganisationName/OrganisationName") or corporate.text("OrganisationName")
    if name is None:
        findings.refuse("spi.no_name", corporate, "gives no OrganisationName", "send the organisation's name")
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
    """Title, given names and family name in one line."""
    if named is None:
        return None
    parts = name_parts(named)
    words = [parts["title"], *parts["forenames"], parts["surname"]]
    return " ".join(word for word in words if word) or None


def telephones(details: Element) -> list[str]:
    return [phone for name in _PHONES if (phone := details.text(f"TelephoneDetails/{name}"))]


def _birth(details: Element, findings: Findings) -> str | None:
    """Some courts send no more than the year of birth."""
    at = details.child("Birthdate")
    partial = partial_date(at.take() or "") if at else None
    if partial is not None:
        return partial
    born = findings.date_at(details, "Birthdate")
    return born.isoformat() if born else None


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
    """Lines in order. A simple address has no postcode of its own: courts write it as the last line."""
    simple = holder.child("Address/SimpleAddress")
    if simple is not None:
        lines = [line for number in range(1, 6) if (line := simple.text(f"AddressLine{number}"))]
        code = postcode(lines[-1]) if lines else None
        return {"lines": lines[:-1] if code else lines, "postcode": code} if lines else None
    structured = holder.child("Address/ComplexAddress") or holder.child("Address")
    if structured is None:
        return None
    # Numbers stand in columns padded with blanks; the blanks carry nothing.
    flat, house = (" ".join((structured.text(name) or "").split()) for name in ("SAON", "PAON"))
    parts = [flat, f"{house} {structured.text('StreetDescription') or ''}".strip()]
    parts += [structured.text(name) or "" for name in ("Locality", "Town", "AdministrativeArea", "PostTown")]
    lines = [part for part in parts if part]
    code = structured.text("PostCode")
    return {"lines": lines, "postcode": code} if lines or code else None
