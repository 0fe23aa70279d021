"""Reads who is before the court: CourtIndividualDefendant or CourtCorporateDefendant."""

from typing import Any

from adapters.systems.spi.decoding.findings import Findings
from adapters.systems.spi.decoding.people import address, base_person, known, organisation
from adapters.systems.spi.decoding.reading import Element


def read_defendant(defendant: Element, findings: Findings) -> dict[str, Any]:
    """Return the fields of a hearing result that concern the person: `defendant`, bail and presence."""
    individual = defendant.child("CourtIndividualDefendant")
    corporate = defendant.child("CourtCorporateDefendant")
    if individual is not None:
        return _individual(individual, defendant, findings)
    if corporate is not None:
        return _corporate(corporate, defendant, findings)
    findings.refuse(
        "spi.no_defendant",
        defendant,
        "names neither a person nor an organisation",
        "send CourtIndividualDefendant or CourtCorporateDefendant",
    )
    return {}


def _individual(individual: Element, defendant: Element, findings: Findings) -> dict[str, Any]:
    person = individual.child("PersonDefendant") or individual
    details = person.child("BasePersonDetails") or person
    return {
        "defendant": known(
            {
                **base_person(details, findings),
                "nationality": person.text("PersonStatedNationality"),
                "pnc_id": person.text("PNCidentifier"),
                "arrest_summons_number": defendant.text("ProsecutorReference"),
                "address": address(individual),
            },
            details,
            findings,
        ),
        "bail_status": individual.text("BailStatus"),
        "bail_conditions": person.text("BailConditions"),
        "reason_for_bail_or_custody": individual.text("ReasonForBailConditionsOrCustody"),
        "present_at_hearing": individual.text("PresentAtHearing"),
    }


def _corporate(corporate: Element, defendant: Element, findings: Findings) -> dict[str, Any]:
    return {
        "defendant": known(
            {**organisation(corporate), "arrest_summons_number": defendant.text("ProsecutorReference")},
            corporate,
            findings,
        ),
        "bail_status": corporate.text("BailStatus"),
        "present_at_hearing": corporate.text("PresentAtHearing"),
    }
