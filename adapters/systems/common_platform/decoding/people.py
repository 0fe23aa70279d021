"""Who is before the court: a person or an organisation, in hearings, in results for the police and in lists."""

from typing import Any

from adapters.systems.common_platform.decoding.moments import birth_of
from adapters.systems.common_platform.decoding.record import Record
from schemas.fields import arrest_summons_number, partial_date

SEXES = {"MALE": "male", "FEMALE": "female", "NOT_KNOWN": "not_known", "NOT_SPECIFIED": "not_specified"}
ADDRESS_LINES = ("address1", "address2", "address3", "address4", "address5")
PHONES = (("home",), ("mobile",), ("work", "business"))
EMAILS = (("primaryEmail", "email"), ("secondaryEmail", "email2"))
_ETHNICITIES = (
    "selfDefinedEthnicityCode",
    "selfDefinedEthnicityDescription",
    "observedEthnicityCode",
    "observedEthnicityDescription",
)


def read_defendant(defendant: Record) -> dict[str, Any]:
    """The defendant of a hearing or of a result for the police. Raises Refused if nobody is named."""
    company = defendant.child("legalEntityDefendant", "corporateDefendant")
    person = defendant.child("personDefendant", "individualDefendant")
    if person is not None:
        found = _person(person)
    elif company is not None:
        found = _company(company)
    else:
        defendant.refuse(
            "common_platform.no_defendant",
            None,
            "says neither which person nor which organisation it is about",
            "send personDefendant or legalEntityDefendant",
        )
    holders = [defendant, *filter(None, (person, company))]
    return found | {
        "pnc_id": _first(holders, "pncId", "pncIdentifier"),
        "cro_number": _first(holders, "croNumber"),
        "arrest_summons_number": _first(holders, "arrestSummonsNumber", "prosecutorReference") or _reference(defendant),
        "aliases": [alias for record in defendant.each("aliases") if (alias := _alias(record))],
    }


def _first(holders: list[Record], *names: str) -> str | None:
    return next(filter(None, [holder.text(*names) for holder in holders]), None)


def _reference(defendant: Record) -> str | None:
    """The prosecutor's reference is an arrest summons number where the police prosecute; others write their own."""
    reference = defendant.text("prosecutionAuthorityReference")
    return reference if reference and arrest_summons_number(reference) else None


def _person(person: Record) -> dict[str, Any]:
    details = person.child("personDetails", "person") or person
    name = read_name(details)
    if name is None:
        details.refuse("common_platform.no_name", None, "gives no lastName", "send the defendant's name")
    year = person.text("perceivedBirthYear")
    return {
        "name": name,
        "date_of_birth": birth_of(details, "dateOfBirth") or (partial_date(year) if year else None),
        "sex": read_sex(details),
        "ethnicity": _ethnicity(details.child("ethnicity")),
        "nationality": details.text("nationalityCode", "nationalityDescription", "nationality"),
        "second_nationality": details.text("additionalNationalityCode", "additionalNationalityDescription"),
        "address": read_address(details.child("address")),
        **_contact(details.child("contact", "contactDetails")),
    }


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


def read_name(record: Record) -> dict[str, Any] | None:
    """A middle name may be several; a first name is one, whatever stands in it."""
    first, last = record.text("firstName"), record.text("lastName", "surname")
    if not last:
        first, last = None, first
    if not last:
        return None
    forenames = [*([first] if first else []), *(record.text("middleName") or "").split()]
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
            "gender is no value of the platform; it is not passed on",
            "correct it",
        )
    return sex


def _ethnicity(ethnicity: Record | None) -> str | None:
    return ethnicity.text(*_ETHNICITIES) if ethnicity else None


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


def read_bail(defendant: Record) -> dict[str, Any]:
    """What a result says of bail and presence."""
    person = defendant.only("personDefendant", "individualDefendant", "corporateDefendant")
    status = person.child("bailStatus")
    return {
        "bail_status": status.text("code", "description") if status else None,
        "bail_conditions": person.text("bailConditions"),
        "reason_for_bail_or_custody": person.text("bailReasons", "reasonForBailConditionsOrCustody"),
        "present_at_hearing": person.text("presentAtHearing"),
    }


def read_guardian(defendant: Record) -> dict[str, Any] | None:
    """The first associated person whose role is that of a parent or guardian."""
    for associated in defendant.each("associatedPersons", "associatedPerson"):
        role = associated.text("role") or ""
        person = associated.only("person")
        name = read_name(person)
        if name is not None and any(word in role.upper() for word in ("PARENT", "GUARDIAN")):
            whole = " ".join([*filter(None, [name["title"]]), *name["forenames"], name["surname"]])
            return {"type": role, "name": whole, "address": read_address(person.child("address"))}
    return None
