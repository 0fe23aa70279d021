"""Writes a defendant in the form of a hearing event."""

from typing import Any

from adapters.fitting import words_of
from adapters.systems.common_platform.decoding.people import ADDRESS_LINES, EMAILS, PHONES, SEXES
from adapters.systems.common_platform.encoding.outgoing import Fields, cannot, filled
from schemas.fields import ASN

_GENDERS = {sex: gender for gender, sex in SEXES.items()}


def defendant_object(who: Fields) -> dict[str, Any]:
    """Return the defendant. Raises Refused if the recipient may not have any name."""
    company = who.get("organisation") is not None
    asn, reference = who.get("arrest_summons_number"), who.get("prosecutor_reference")
    apart = bool(asn and reference and ASN.keep(asn) != ASN.keep(reference))
    return filled(
        {
            "pncId": who.take("pnc_id"),
            "croNumber": who.take("cro_number"),
            "arrestSummonsNumber": who.take("arrest_summons_number", if_=company),
            "aliases": [name_object(alias) for alias in who.parts("aliases") if alias.get("surname")],
            "prosecutionAuthorityReference": who.take("prosecutor_reference", if_=apart),
            "isYouth": who.take("youth", if_=who.get("youth") is True),
            "legalEntityDefendant": {"organisation": _organisation(who)} if company else None,
            "personDefendant": None if company else _person(who),
        }
    )


def _organisation(who: Fields) -> dict[str, Any]:
    return filled(
        {
            "name": who.take("organisation"),
            "address": address_object(who.part("address")),
            "contact": _contact(who),
        }
    )


def _person(who: Fields) -> dict[str, Any]:
    name = who.part("name")
    if not name.get("surname"):
        cannot("defendant.name", "names nobody", "grant the defendant's name to the recipient")
    sex = who.get("sex")
    details = name_object(name) | {
        "dateOfBirth": who.take("date_of_birth"),
        "gender": _GENDERS.get(sex) if who.take("sex", if_=sex in _GENDERS) else None,
        "ethnicity": filled({"selfDefinedEthnicityCode": who.take("ethnicity")}),
        "nationalityCode": who.take("nationality"),
        "additionalNationalityCode": who.take("second_nationality"),
        "interpreterLanguageNeeds": who.take("language_needs"),
        "documentationLanguageNeeds": who.take("documentation_language"),
        "hearingLanguageNeeds": who.take("hearing_language"),
        "address": address_object(who.part("address")),
        "contact": _contact(who),
    }
    return filled({"arrestSummonsNumber": who.take("arrest_summons_number"), "personDetails": filled(details)})


def name_object(name: Fields) -> dict[str, Any]:
    """The first name is one field, and all other forenames are another. A first name of several words would be read as
    several."""
    names = list(name.get("forenames") or ())
    apart = all(len(words_of(forename)) == 1 for forename in names[1:])
    forenames = name.taken("forenames", len(names) if apart else 1)
    return filled(
        {
            "title": name.take("title"),
            "firstName": forenames[0] if forenames else None,
            "middleName": " ".join(forenames[1:]),
            "lastName": name.take("surname"),
        }
    )


def address_object(address: Fields) -> dict[str, Any]:
    lines = dict(zip(ADDRESS_LINES, address.taken("lines", len(ADDRESS_LINES)), strict=False))
    return filled({**lines, "postcode": address.take("postcode")})


def _contact(who: Fields) -> dict[str, Any]:
    """The payload does not say which number is which, so the likeliest field is used. The order stays."""
    numbers = who.taken("telephones", len(PHONES))
    fields = [names[0] for names in PHONES]
    if len(numbers) == 1 and numbers[0].startswith("07"):
        fields = ["mobile"]
    mails = who.taken("emails", len(EMAILS))
    return dict(zip(fields, numbers, strict=False)) | dict(zip((names[0] for names in EMAILS), mails, strict=False))
