"""Whom a charge is about: an individual, with a parent or guardian, or an organisation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from adapters.systems.cps.decoding.charge_tree import Part
from adapters.systems.cps.decoding.charge_values import read_day, read_number
from adapters.systems.cps.decoding.findings import Findings

SEXES: Mapping[str, str] = MappingProxyType({"0": "not_known", "1": "male", "2": "female", "9": "not_specified"})
FORENAMES = ("forename", "forename2", "forename3")
PHONES = ("workTelephoneNumber", "homeTelephoneNumber", "mobileTelephoneNumber")
EMAILS = ("primaryEmail", "secondaryEmail")
LINES = tuple(f"address{number}" for number in range(1, 6))


def read_person(defendant: Part, findings: Findings) -> dict[str, Any]:
    """The parts of a case defendant, but for the offences."""
    details = defendant.part("defendantDetails")
    individual, organisation = defendant.part("individual"), defendant.part("organisation")
    if bool(individual) == bool(organisation):
        problem = "says neither which person nor which organisation it is about, or says both"
        cure = "send individual or organisation"
        findings.refuse("cps.no_defendant", defendant.where, problem, cure)
    entry = _individual(individual, findings) if individual else _organisation(organisation, findings)
    entry["defendant"] |= {
        "pnc_id": details.text("pncIdentifier"),
        "cro_number": details.text("croNumber"),
        "arrest_summons_number": details.text("asn"),
        "address": _address(details.part("address")),
    }
    return entry | {
        "prosecutor_id": details.text("prosecutorDefendantId"),
        "documentation_language": details.text("documentationLanguage"),
        "hearing_language": details.text("hearingLanguage"),
        "previous_convictions": read_number(details, "numPreviousConvictions", 9_999, findings),
    }


def _individual(individual: Part, findings: Findings) -> dict[str, Any]:
    contact = individual.part("contactDetails")
    born = read_day(individual, "dateOfBirth", findings)
    aliases = [_name(alias) for alias in individual.parts("aliases")]
    name = individual.part("nameDetails")
    named = _name(name)
    if named["surname"] is None:
        findings.refuse("cps.no_name", name.where, "gives no surname", "send the name of each defendant")
    return {
        "defendant": {
            "name": named,
            "aliases": [alias for alias in aliases if alias["surname"]],
            "date_of_birth": born.isoformat() if born else None,
            "sex": _sex(individual, findings),
            "ethnicity": individual.text("ethnicity"),
            "nationality": individual.text("nationality"),
            "second_nationality": individual.text("additionalNationality"),
            "telephones": _texts(contact, PHONES),
            "emails": _texts(contact, EMAILS),
        },
        "custody_status": individual.text("custodyStatus"),
        "bail_conditions": individual.text("bailConditions"),
        "occupation": individual.text("occupation"),
        "language_needs": individual.text("languageRequirement"),
        "special_needs": individual.text("specificRequirements"),
        "parent_guardian": _guardian(individual.part("parentGuardian")),
    }


def _organisation(organisation: Part, findings: Findings) -> dict[str, Any]:
    name = organisation.text("organisationName")
    if organisation and name is None:
        cure = "send the name of each defendant"
        findings.refuse("cps.no_name", organisation.where, "gives no organisationName", cure)
    contact = organisation.part("contactDetails")
    phone = organisation.text("companyTelephoneNumber")
    return {
        "defendant": {
            "organisation": name,
            "telephones": [*([phone] if phone else []), *_texts(contact, PHONES)],
            "emails": _texts(contact, EMAILS),
        }
    }


def _guardian(guardian: Part) -> dict[str, Any] | None:
    individual, organisation = guardian.part("individual"), guardian.part("organisation")
    contact = individual.part("contactDetails")
    name = _name(individual.part("nameDetails"))
    words = [name["title"], *name["forenames"], name["surname"]]
    phone = organisation.text("companyTelephoneNumber")
    found = {
        "name": " ".join(word for word in words if word) or organisation.text("organisationName"),
        "address": _address(guardian.part("address")),
        "telephone": ", ".join([*_texts(contact, PHONES), *([phone] if phone else [])]) or None,
        "email": ", ".join(_texts(contact, EMAILS)) or None,
    }
    return found if any(found.values()) else None


def _name(name: Part) -> dict[str, Any]:
    return {"title": name.text("title"), "forenames": _texts(name, FORENAMES), "surname": name.text("surname")}


def _address(address: Part) -> dict[str, Any] | None:
    lines, code = _texts(address, LINES), address.text("postcode")
    return {"lines": lines, "postcode": code} if lines or code else None


def _sex(individual: Part, findings: Findings) -> str | None:
    code = individual.text("gender")
    if code is not None and code not in SEXES:
        findings.unreadable("gender", individual.where, "one of the codes 0, 1, 2 and 9")
    return SEXES.get(code or "")


def _texts(part: Part, names: tuple[str, ...]) -> list[str]:
    return [text for name in names if (text := part.text(name))]
