"""Reads whom a charge concerns: an individual, with a parent or guardian, or an organisation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from adapters.fitting import joined
from adapters.systems.cps.decoding.charge_tree import Part
from adapters.systems.cps.decoding.charge_values import read_birthday, read_number
from adapters.systems.cps.decoding.findings import Findings

SEXES: Mapping[str, str] = MappingProxyType({"0": "not_known", "1": "male", "2": "female", "9": "not_specified"})
FORENAMES = ("forename", "forename2", "forename3")
PHONES = ("workTelephoneNumber", "homeTelephoneNumber", "mobileTelephoneNumber")
EMAILS = ("primaryEmail", "secondaryEmail")
LINES = tuple(f"address{number}" for number in range(1, 6))


def read_person(defendant: Part, findings: Findings) -> dict[str, Any]:
    """Return the fields of a case defendant without the offences."""
    details = defendant.part("defendantDetails")
    individual, organisation = defendant.part("individual"), defendant.part("organisation")
    if individual and organisation:
        problem = "names a person and an organisation as one defendant; only the person is passed on"
        cure = "send the organisation as a defendant of its own"
        findings.doubt("cps.two_defendants", "organisation", defendant.where, problem, cure)
    entry = _individual(individual, findings) if individual else _organisation(organisation)
    entry["defendant"] |= {
        "pnc_id": details.text("pncIdentifier"),
        "cro_number": details.text("croNumber"),
        "arrest_summons_number": details.text("asn"),
        "address": _address(details.part("address")),
    }
    _check_known(entry["defendant"], defendant, bool(individual or organisation), findings)
    return entry | {
        "prosecutor_id": details.text("prosecutorDefendantId"),
        "documentation_language": details.text("documentationLanguage"),
        "hearing_language": details.text("hearingLanguage"),
        "previous_convictions": read_number(details, "numPreviousConvictions", 9_999, findings),
    }


def _individual(individual: Part, findings: Findings) -> dict[str, Any]:
    contact = individual.part("contactDetails")
    aliases = [_name(alias) for alias in individual.parts("aliases")]
    named = _name(individual.part("nameDetails"))
    return {
        "defendant": {
            "name": named if named["surname"] else None,
            "aliases": [alias for alias in aliases if alias["surname"]],
            "date_of_birth": read_birthday(individual, "dateOfBirth", findings),
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


def _check_known(who: dict[str, Any], defendant: Part, is_said: bool, findings: Findings) -> None:
    """A defendant without a name is identified by a number. One without either is refused."""
    if who.get("name") or who.get("organisation"):
        return
    cure = "send the name of each defendant, as individual or organisation"
    if any(who.get(number) for number in ("pnc_id", "cro_number", "arrest_summons_number")):
        problem = "gives no surname and no organisationName; only numbers identify the defendant"
        findings.doubt("cps.no_name", "nameDetails", defendant.where, problem, cure)
    else:
        problem = "gives neither a name nor a number of the defendant"
        findings.refuse("cps.no_name" if is_said else "cps.no_defendant", defendant.where, problem, cure)


def _organisation(organisation: Part) -> dict[str, Any]:
    name = organisation.text("organisationName")
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
        "name": joined(" ", words) or organisation.text("organisationName"),
        "address": _address(guardian.part("address")),
        "telephone": joined(", ", [*_texts(contact, PHONES), phone]) or None,
        "email": joined(", ", _texts(contact, EMAILS)) or None,
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
