"""Reads whom the police send to court: PoliceIndividualDefendant or PoliceCorporateDefendant."""

from typing import Any

from adapters.systems.spi.decoding.findings import Findings
from adapters.systems.spi.decoding.people import (
    address,
    base_person,
    emails,
    known,
    name_parts,
    organisation,
    telephones,
    whole_name,
)
from adapters.systems.spi.decoding.reading import Element
from adapters.systems.spi.decoding.victims import listed


def read_police_defendant(defendant: Element, findings: Findings) -> dict[str, Any]:
    """Return the fields of a case defendant without the offences."""
    individual = defendant.child("PoliceIndividualDefendant")
    corporate = defendant.child("PoliceCorporateDefendant")
    reference = defendant.text("ProsecutorReference")
    if individual is not None:
        if corporate is not None:
            _doubt_the_organisation(corporate, findings)
        return _individual(individual, reference, findings)
    if corporate is not None:
        identifiers = {"arrest_summons_number": reference, "cro_number": corporate.text("CROnumber")}
        return {"defendant": known(organisation(corporate) | identifiers, corporate, findings)}
    findings.refuse(
        "spi.no_defendant",
        defendant,
        "names neither a person nor an organisation",
        "send PoliceIndividualDefendant or PoliceCorporateDefendant",
    )
    return {"defendant": None}


def _doubt_the_organisation(corporate: Element, findings: Findings) -> None:
    """Doubt the organisation. A reference names one defendant, and a report is written about the person."""
    values = corporate.count_values()
    corporate.take_all()
    findings.doubt(
        "spi.two_defendants",
        corporate,
        "has the same ProsecutorReference as a person; the person is passed on, the organisation is not"
        f" ({values} values)",
        "send the organisation as a Defendant of its own, with its own reference",
    )


def _individual(individual: Element, reference: str | None, findings: Findings) -> dict[str, Any]:
    person = individual.child("PersonDefendant") or individual
    details = person.child("BasePersonDetails") or person
    aliases = [alias for alias in individual.all("Alias") if alias.text("PersonFamilyName")]
    return {
        "defendant": known(
            {
                **base_person(details, findings),
                "aliases": [name_parts(alias) for alias in aliases],
                "ethnicity": individual.text("PersonEthnicity/SelfDefinedEthnicity"),
                "nationality": person.text("PersonStatedNationality"),
                "pnc_id": person.text("PNCidentifier"),
                "cro_number": individual.text("CROnumber"),
                "arrest_summons_number": reference,
                "address": address(individual),
            },
            details,
            findings,
        ),
        "custody_status": individual.text("CustodyStatus"),
        "bail_conditions": person.text("BailConditions"),
        "occupation": individual.text("Occupation"),
        "documentation_language": individual.text("LanguageOptions/DocumentationLanguage"),
        "hearing_language": individual.text("LanguageOptions/HearingLanguage"),
        "language_needs": individual.text("LanguageNeeds"),
        "special_needs": individual.text("SpecialNeeds"),
        "parent_guardian": _guardian(individual.child("ParentGuardianDetails")),
    }


def _guardian(guardian: Element | None) -> dict[str, Any] | None:
    if guardian is None:
        return None
    details = guardian.child("BasePersonDetails") or guardian
    found = {
        "name": whole_name(details.child("PersonName")),
        "address": address(guardian),
        "telephone": listed(telephones(details)),
        "email": listed(emails(details)),
    }
    return found if any(found.values()) else None
