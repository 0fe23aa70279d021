"""Who is before the court: CourtIndividualDefendant or CourtCorporateDefendant."""

from typing import Any

from adapters.systems.spi.codes import SEXES
from adapters.systems.spi.findings import Findings
from adapters.systems.spi.reading import Element
from schemas.fields import partial_date, postcode

_PHONES = ("TelephoneNumberBusiness", "TelephoneNumberHome", "TelephoneNumberMobile")


def read_defendant(defendant: Element, findings: Findings) -> dict[str, Any]:
    """The parts of a hearing result that concern the person: `defendant`, bail and presence."""
    individual = defendant.child("CourtIndividualDefendant")
    corporate = defendant.child("CourtCorporateDefendant")
    if individual is not None:
        return _individual(individual, defendant, findings)
    if corporate is not None:
        return _corporate(corporate, defendant, findings)
    findings.refuse(
        "spi.no_defendant",
        defendant,
        "says neither which person nor which organisation it is about",
        "send CourtIndividualDefendant or CourtCorporateDefendant",
    )
    return {}


def _individual(individual: Element, defendant: Element, findings: Findings) -> dict[str, Any]:
    person = individual.child("PersonDefendant") or individual
    details = person.child("BasePersonDetails") or person
    surname = details.text("PersonName/PersonFamilyName")
    if surname is None:
        findings.refuse("spi.no_name", details, "gives no PersonFamilyName", "send the defendant's family name")
    given = [details.text(f"PersonName/PersonGivenName{number}") for number in (1, 2, 3)]
    return {
        "defendant": {
            "name": {
                "title": details.text("PersonName/PersonTitle"),
                "forenames": [name for name in given if name],
                "surname": surname,
            },
            "date_of_birth": _birth(details, findings),
            "sex": _sex(details, findings),
            "nationality": person.text("PersonStatedNationality"),
            "pnc_id": person.text("PNCidentifier"),
            "arrest_summons_number": defendant.text("ProsecutorReference"),
            "address": _address(individual),
            "telephones": [phone for name in _PHONES if (phone := details.text(f"TelephoneDetails/{name}"))],
            "emails": _emails(details),
        },
        "bail_status": individual.text("BailStatus"),
        "bail_conditions": person.text("BailConditions"),
        "reason_for_bail_or_custody": individual.text("ReasonForBailConditionsOrCustody"),
        "present_at_hearing": individual.text("PresentAtHearing"),
    }


def _corporate(corporate: Element, defendant: Element, findings: Findings) -> dict[str, Any]:
    name = corporate.text("OrganisationName/OrganisationName") or corporate.text("OrganisationName")
    if name is None:
        findings.refuse("spi.no_name", corporate, "gives no OrganisationName", "send the organisation's name")
    phone = corporate.text("TelephoneNumberBusiness")
    return {
        "defendant": {
            "organisation": name,
            "pnc_id": corporate.text("PNCidentifier"),
            "arrest_summons_number": defendant.text("ProsecutorReference"),
            "address": _address(corporate),
            "telephones": [phone] if phone else [],
            "emails": _emails(corporate),
        },
        "bail_status": corporate.text("BailStatus"),
        "present_at_hearing": corporate.text("PresentAtHearing"),
    }


def _birth(details: Element, findings: Findings) -> str | None:
    """Some courts send no more than the year of birth."""
    at = details.child("Birthdate")
    partial = partial_date(at.take() or "") if at else None
    if partial is not None:
        return partial
    born = findings.date_at(details, "Birthdate")
    return born.isoformat() if born else None


def _sex(details: Element, findings: Findings) -> str | None:
    at = details.child("Gender")
    code = at.take() if at else None
    if at is None or code is None:
        return None
    if code not in SEXES:
        findings.unreadable(at, "one of the codes 0, 1, 2 and 9")
    return SEXES.get(code)


def _emails(holder: Element) -> list[str]:
    return [mail for number in (1, 2) if (mail := holder.text(f"EmailDetails/EmailAddress{number}"))]


def _address(holder: Element) -> dict[str, Any] | None:
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
    house, street = (" ".join((structured.text(name) or "").split()) for name in ("PAON", "StreetDescription"))
    parts = [" ".join((structured.text("SAON") or "").split()), f"{house} {street}".strip()]
    parts += [structured.text(name) or "" for name in ("Locality", "Town", "AdministrativeArea", "PostTown")]
    lines = [part for part in parts if part]
    code = structured.text("PostCode")
    return {"lines": lines, "postcode": code} if lines or code else None
