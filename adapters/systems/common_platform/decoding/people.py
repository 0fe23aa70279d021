"""Reads who is before the court, a person or an organisation, in hearings, in results for the police and in lists."""

from dataclasses import dataclass
from typing import Any

from adapters.fitting import joined, words_of
from adapters.systems.common_platform.decoding.moments import birth_of
from adapters.systems.common_platform.decoding.record import Record
from schemas.fields import ASN, partial_date

SEXES = {"MALE": "male", "FEMALE": "female", "NOT_KNOWN": "not_known", "NOT_SPECIFIED": "not_specified"}
ADDRESS_LINES = ("address1", "address2", "address3", "address4", "address5")
PHONES = (("home",), ("mobile",), ("work", "business"))
EMAILS = (("primaryEmail", "email"), ("secondaryEmail", "email2"))
_REASON = "reasonForBailConditionsOrCustody"
_ETHNICITIES = (
    "selfDefinedEthnicityCode",
    "selfDefinedEthnicityDescription",
    "observedEthnicityCode",
    "observedEthnicityDescription",
)


def read_defendant(defendant: Record) -> dict[str, Any]:
    """Return the defendant of a hearing or of a result for the police. Raises Refused if nothing identifies the
    defendant."""
    company = defendant.child("legalEntityDefendant", "corporateDefendant")
    person = defendant.child("personDefendant", "individualDefendant")
    if person is None and company is None:
        defendant.refuse(
            "common_platform.no_defendant",
            None,
            "names neither a person nor an organisation",
            "send personDefendant or legalEntityDefendant",
        )
    holders = [defendant, *filter(None, (person, company))]
    numbers = {
        "pnc_id": _agreed(holders, "pncId", "pncIdentifier"),
        "cro_number": _agreed(holders, "croNumber"),
        **_prosecutors_references(defendant, _agreed(holders, "arrestSummonsNumber", "prosecutorReference")),
    }
    who = _person(person, any(numbers.values())) if person is not None else {}
    if company is not None and who.get("name") is None:
        who = _with_company(who, _company(company), company)
    return who | numbers | {"youth": _youth(defendant), "aliases": _aliases(defendant)}


def _agreed(holders: list[Record], *names: str) -> str | None:
    """Return a number that may be with the defendant or with the person. If the two differ, the first is used."""
    found: str | None = None
    for holder in holders:
        text = holder.text(*names)
        if text is not None and found is not None and text.casefold() != found.casefold():
            # the field that differs: the one that is there
            holder.contradicts(next(name for name in names if holder.has(name)), "the one before it")
        found = found or text
    return found


def _prosecutors_references(defendant: Record, asn: str | None) -> dict[str, Any]:
    """Return the prosecutor's references. If the police prosecute, the reference is the arrest summons number. Other
    prosecutors write their own; if there is no arrest summons number, it is kept in that field, and flagged there if
    it breaks the rule."""
    reference = defendant.text("prosecutionAuthorityReference")
    if reference is None or asn is None or ASN.keep(reference) == ASN.keep(asn):
        return {"arrest_summons_number": asn or reference}
    return {"arrest_summons_number": asn, "prosecutor_reference": reference}


def _youth(defendant: Record) -> bool | None:
    """Return the mark. False says little, because most events have it for everybody."""
    return defendant.said("isYouth") or None


def _aliases(defendant: Record) -> list[dict[str, Any]]:
    return [alias for record in defendant.each("aliases") if (alias := _alias(record))]


def _person(person: Record, numbered: bool) -> dict[str, Any]:
    details = person.child("personDetails", "person") or person
    name = read_name(details)
    if name is None:
        doubt_no_name(details, "lastName", numbered)
    return {
        "name": name,
        "date_of_birth": _birth(person, details),
        "sex": read_sex(details),
        "ethnicity": _ethnicity(details.child("ethnicity")),
        "nationality": details.either("nationalityCode", "nationalityDescription", "nationality"),
        "second_nationality": details.either("additionalNationalityCode", "additionalNationalityDescription"),
        "language_needs": details.text("interpreterLanguageNeeds"),
        "documentation_language": details.text("documentationLanguageNeeds"),
        "hearing_language": details.text("hearingLanguageNeeds"),
        "address": read_address(details.child("address")),
        **_contact(details.child("contact", "contactDetails")),
    }


def doubt_no_name(person: Record, field: str, numbered: bool) -> None:
    """Doubt that there is no name, if a number identifies the person. Otherwise raises Refused."""
    if not numbered:
        person.refuse("common_platform.no_name", field, "names nobody", "send the defendant's name")
    problem = f"gives no {field}; the numbers identify the person"
    person.doubt("common_platform.no_name", field, problem, "send the defendant's name")


def _birth(person: Record, details: Record) -> str | None:
    """Return the date of birth; otherwise the year of birth that the person's looks suggest. A year that differs is
    doubted."""
    born, year = birth_of(details, "dateOfBirth"), person.text("perceivedBirthYear")
    perceived = partial_date(year) if year else None
    if year and perceived is None:
        person.odd("perceivedBirthYear", "a year")
    if born and perceived and not born.startswith(perceived):
        person.contradicts("perceivedBirthYear", "dateOfBirth")
    return born or perceived


def _company(company: Record) -> dict[str, Any]:
    organisation = company.child("organisation") or company
    name = organisation.text("name", "organisationName")
    if name is None:
        organisation.refuse("common_platform.no_name", None, "gives no name", "send the organisation's name")
    return {
        "organisation": name,
        "address": read_address(organisation.child("address")),
        **_contact(organisation.child("contact", "contactDetails")),
    }


def _with_company(who: dict[str, Any], company: dict[str, Any], record: Record) -> dict[str, Any]:
    """Return the organisation. Of a person beside it who has no name, the details stay that the organisation lacks."""
    for name, value in company.items():
        if who.get(name) not in (None, [], value) and value not in (None, []):
            problem = f"its {name} differs from that of the person beside it; that of the organisation was used"
            record.doubt_here("common_platform.contradiction", problem, "correct the one that is wrong")
    return who | {name: value for name, value in company.items() if value not in (None, [])}


def read_name(record: Record) -> dict[str, Any] | None:
    """Read a name. The middle name may be several names; the first name is one, whatever it contains."""
    first, last = record.text("firstName"), record.text("lastName", "surname")
    if not last:
        first, last = None, first
    if not last:
        return None
    forenames = [*([first] if first else []), *words_of(record.text("middleName"))]
    return {"title": record.text("title"), "forenames": forenames, "surname": last}


def _alias(record: Record) -> dict[str, Any] | None:
    found = read_name(record)
    company = record.text("legalEntityName")
    return found or ({"surname": company} if company else None)


def read_sex(record: Record) -> str | None:
    text = record.text("gender")
    if text is None:
        return None
    sex = SEXES.get(text.upper().replace(" ", "_"))
    if sex is None:
        record.doubt(
            "common_platform.unknown_code",
            "gender",
            "gender is not a value of the platform; it is not passed on",
            "correct it",
        )
    return sex


def _ethnicity(ethnicity: Record | None) -> str | None:
    return ethnicity.either(*_ETHNICITIES) if ethnicity else None


def read_address(address: Record | None) -> dict[str, Any] | None:
    if address is None:
        return None
    lines = [line for name in ADDRESS_LINES if (line := address.text(name))]
    code = address.text("postcode", "postCode")
    return {"lines": lines, "postcode": code} if lines or code else None


def _contact(contact: Record | None) -> dict[str, Any]:
    if contact is None:
        return {}
    return {
        "telephones": [number for names in PHONES if (number := contact.text(*names))],
        "emails": [mail for names in EMAILS if (mail := contact.text(*names))],
    }


@dataclass(frozen=True, slots=True)
class Custody:
    """Bail, custody and presence. `listed` has fields in a list and in a result, `resulted` only in a result. `places`
    says where each is."""

    listed: dict[str, Any]
    resulted: dict[str, Any]
    places: dict[str, str]


def read_custody(defendant: Record) -> Custody:
    """Read bail, which may be with the defendant or with the person."""
    person = defendant.child("personDefendant", "individualDefendant") or defendant.child("corporateDefendant")
    holders = [*([person] if person else []), defendant]
    held = person.child("custodialEstablishment") if person else None
    # a second one is not read, so it is doubted
    status = next(filter(None, (holder.child("bailStatus") for holder in holders)), None)
    fields = {
        "bail_status": ("bailStatus", status.either("code", "description") if status else None),
        "bail_conditions": ("bailConditions", _agreed(holders, "bailConditions")),
        "held_at": ("custodialEstablishment", held.either("name", "custody") if held else None),
        "reason_for_bail_or_custody": ("bailReasons", _agreed(holders, "bailReasons", _REASON)),
        "present_at_hearing": ("presentAtHearing", _agreed(holders, "presentAtHearing")),
    }
    said = {field: text for field, (_, text) in fields.items()}
    places = {field: (person or defendant).at(name) for field, (name, _) in fields.items()}
    return Custody(
        {field: said[field] for field in ("bail_status", "bail_conditions", "held_at")},
        {field: said[field] for field in ("reason_for_bail_or_custody", "present_at_hearing")},
        places,
    )


def read_associated(defendant: Record) -> list[dict[str, Any]]:
    """Return the named people connected with a defendant: parents, guardians and others."""
    found = []
    for associated in defendant.each("associatedPersons", "associatedPerson"):
        role, person = associated.text("role"), associated.only("person")
        name = read_name(person)
        if name is None:
            continue  # their other details are doubted as unread
        whole = joined(" ", [name["title"], *name["forenames"], name["surname"]])
        address = read_address(person.child("address"))
        found.append({"role": role, "name": whole, "address": address, "place": associated.path})
    return found


def is_guardian(associated: dict[str, Any]) -> bool:
    return any(word in (associated["role"] or "").upper() for word in ("PARENT", "GUARDIAN"))
