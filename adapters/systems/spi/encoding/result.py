"""Writes a hearing result as a ResultedCaseMessage."""

from datetime import datetime

from adapters.systems.spi.encoding.fields import Branch, Fields, branch, cannot, needed, parts_of
from adapters.systems.spi.encoding.moments import write_moment
from adapters.systems.spi.encoding.offences import offence_element
from adapters.systems.spi.encoding.people import base_person, pnc, prosecutor_reference, simple_address


def resulted_case(result: Fields) -> tuple[Branch, str | None]:
    """Return the message. Raises Refused `spi.cannot_express` without PTIURN, court, hearing or a name."""
    court = result.part("court")
    hearing_at = result.raw("hearing_at")
    if not hearing_at:
        cannot("hearing_at", "is missing", "grant the moment of the hearing to the recipient")
    day, clock = write_moment(datetime.fromisoformat(hearing_at))
    location = needed(court.leaf("CourtHearingLocation", "ou_code"), "court.ou_code")
    case = branch("Case", needed(result.leaf("PTIURN", "urn"), "urn"), _defendant(result))
    hearing = branch("Hearing", location, Branch("DateOfHearing", day), Branch("TimeOfHearing", clock))
    session = branch("Session", branch("CourtHearing", hearing, court.leaf("PSAcode", "psa_code")), case)
    return branch("ResultedCaseMessage", session), str(court.values["ou_code"])


def _defendant(result: Fields) -> Branch:
    who = result.part("defendant")
    person = _corporate(result, who) if who.values.get("organisation") else _individual(result, who)
    offences = [offence_element(offence) for offence in result.parts("offences")]
    if not any(part.name == "Result" and part.has_content() for offence in offences for part in parts_of(offence)):
        problem = "contain no result, and the interface cannot take results back"
        cure = "grant the results to the recipient; if the court has withdrawn them, tell the recipient in another way"
        cannot("offences", problem, cure)
    return branch("Defendant", prosecutor_reference(who), person, *offences)


def _individual(result: Fields, who: Fields) -> Branch:
    return branch(
        "CourtIndividualDefendant",
        branch(
            "PersonDefendant",
            base_person(who),
            pnc(who),
            who.leaf("PersonStatedNationality", "nationality"),
            result.leaf("BailConditions", "bail_conditions"),
        ),
        result.leaf("BailStatus", "bail_status"),
        simple_address(who.part("address")),
        result.leaf("PresentAtHearing", "present_at_hearing"),
        result.leaf("ReasonForBailConditionsOrCustody", "reason_for_bail_or_custody"),
    )


def _corporate(result: Fields, who: Fields) -> Branch:
    return branch(
        "CourtCorporateDefendant",
        branch("OrganisationName", needed(who.leaf("OrganisationName", "organisation"), "defendant.organisation")),
        *who.leaves("telephones", "TelephoneNumberBusiness"),
        branch("EmailDetails", *who.leaves("emails", "EmailAddress1", "EmailAddress2")),
        pnc(who),
        simple_address(who.part("address")),
        result.leaf("PresentAtHearing", "present_at_hearing"),
        result.leaf("BailStatus", "bail_status"),
    )
