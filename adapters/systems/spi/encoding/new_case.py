"""Writes a case package as a NewCaseMessage."""

from collections.abc import Mapping

from adapters.systems.spi.decoding.codes import SEXES
from adapters.systems.spi.encoding.fields import Branch, Fields, branch, cannot, needed
from adapters.systems.spi.encoding.offences import base_offence
from adapters.systems.spi.encoding.people import (
    base_person,
    emails_in_one_line,
    name_elements,
    pnc,
    prosecutor_reference,
    structured_address,
    telephones_in_one_line,
    whole_name,
)
from schemas.fields import postcode

_GRANT = "send it, or grant it to the recipient"
Victims = Mapping[str, list[Fields]]


def new_case(package: Fields) -> tuple[Branch, str | None]:
    """Return the message. Raises Refused `spi.cannot_express` without PTIURN, or without the name and the offences of
    each defendant."""
    defendants = package.parts("defendants")
    if not defendants:
        cannot("defendants", "names nobody, but the interface requires a defendant in each case", _GRANT)
    victims = _victims_by_offence(package, defendants)
    case = branch(
        "Case",
        needed(package.leaf("PTIURN", "urn"), "urn"),
        package.leaf("OriginatingOrganisation", "originating_organisation"),
        package.leaf("InitiationCode" if package.values.get("case_type") else "CaseInitiation", "initiation"),
        package.leaf("SummonsCode", "case_type"),
        package.part("prosecutor").leaf("Informant", "name"),
        package.leaf("CPSorganisation", "prosecuting_organisation"),
        _marker(package),
        _initial_hearing(package),
        _officer(package.part("officer")),
        *(_defendant(entry, victims, package if entry is defendants[0] else None) for entry in defendants),
    )
    return branch("NewCaseMessage", case), package.values.get("originating_organisation")


def _marker(package: Fields) -> Branch:
    """Write several markers in one element, separated by spaces."""
    markers: list[str] = list(package.values.get("markers") or ())
    if any(len(marker.split()) != 1 for marker in markers):
        return Branch("CaseMarker", None)
    written = package.fit("CaseMarker", " ".join(markers) or None, "")
    for index in range(len(markers) if written else 0):
        package.tick(f"markers[{index}]")
    return Branch("CaseMarker", written)


def _initial_hearing(package: Fields) -> Branch:
    hearing, court = package.part("hearing"), package.part("court")
    location = hearing.leaf("CourtHearingLocation", "court_ou_code")
    if not location.has_content():
        location = Branch("CourtHearingLocation", hearing.fit("CourtHearingLocation", court.values.get("ou_code"), ""))
    return branch(
        "InitialHearing", location, hearing.leaf("DateOfHearing", "on"), hearing.clock("TimeOfHearing", "at", "on")
    )


def _officer(officer: Fields) -> Branch:
    return branch(
        "OtherPartyOfficerInCase",
        branch("OfficerName", *whole_name(officer, "name")),
        officer.leaf("PoliceOfficerRank", "rank"),
        officer.leaf("PoliceWorkerReferenceNumber", "number"),
        officer.leaf("PoliceWorkerLocationCode", "unit"),
        telephones_in_one_line(officer),
        emails_in_one_line(officer),
    )


def _defendant(entry: Fields, victims: Victims, package: Fields | None) -> Branch:
    """Write a defendant. `package` is given to the first defendant, whose first offence has the facts of the case."""
    who, offences = entry.part("defendant"), entry.parts("offences")
    if not offences:
        cannot(f"{entry.path}offences", "is empty, but the interface requires an offence for each defendant", _GRANT)
    person = _corporate(who) if who.values.get("organisation") else _individual(entry, who)
    written = [_offence(offence, victims, package if offence is offences[0] else None) for offence in offences]
    return branch("Defendant", prosecutor_reference(who), person, *written)


def _offence(offence: Fields, victims: Victims, package: Fields | None) -> Branch:
    return branch(
        "Offence",
        base_offence(offence),
        package.leaf("ProsecutionFacts", "summary") if package else Branch("ProsecutionFacts", None),
        *(_victim(victim) for victim in victims.get(offence.path, ())),
    )


def _individual(entry: Fields, who: Fields) -> Branch:
    return branch(
        "PoliceIndividualDefendant",
        branch(
            "PersonDefendant",
            base_person(who),
            pnc(who),
            who.leaf("PersonStatedNationality", "nationality"),
            entry.leaf("BailConditions", "bail_conditions"),
        ),
        branch("Address", *structured_address(who.part("address"))),
        branch("PersonEthnicity", who.leaf("SelfDefinedEthnicity", "ethnicity")),
        entry.leaf("Occupation", "occupation"),
        who.leaf("CROnumber", "cro_number"),
        entry.leaf("CustodyStatus", "custody_status"),
        branch(
            "LanguageOptions",
            entry.leaf("DocumentationLanguage", "documentation_language"),
            entry.leaf("HearingLanguage", "hearing_language"),
        ),
        entry.leaf("LanguageNeeds", "language_needs"),
        entry.leaf("SpecialNeeds", "special_needs"),
        *(branch("Alias", *name_elements(alias)) for alias in who.parts("aliases")),
        _guardian(entry.part("parent_guardian")),
    )


def _corporate(who: Fields) -> Branch:
    name = needed(who.leaf("OrganisationName", "organisation"), f"{who.path}organisation")
    return branch(
        "PoliceCorporateDefendant",
        branch("OrganisationName", name),
        *who.leaves("telephones", "TelephoneNumberBusiness"),
        branch("EmailDetails", *who.leaves("emails", "EmailAddress1", "EmailAddress2")),
        pnc(who),
        branch("Address", *structured_address(who.part("address"))),
        who.leaf("CROnumber", "cro_number"),
    )


def _guardian(guardian: Fields) -> Branch:
    return branch(
        "ParentGuardianDetails",
        branch(
            "BasePersonDetails",
            branch("PersonName", *whole_name(guardian, "name")),
            telephones_in_one_line(guardian),
            emails_in_one_line(guardian),
        ),
        branch("Address", *structured_address(guardian.part("address"))),
    )


def _victims_by_offence(package: Fields, defendants: list[Fields]) -> Victims:
    """Return victims by the path of the first offence with their number. The format has no element for witnesses, and
    for victims without an offence."""
    offences: dict[int, str] = {}
    for offence in (offence for entry in defendants for offence in entry.parts("offences")):
        if (number := offence.values.get("sequence")) is not None:
            offences.setdefault(number, offence.path)
    found: dict[str, list[Fields]] = {}
    for index, victim in enumerate(package.parts("victims")):
        at = offences.get(victim.values.get("offence_sequence", -1))
        if at is None or str(victim.values.get("role") or "victim").casefold() != "victim":
            package.leave_out(f"victims[{index}]")
        else:
            victim.tick("offence_sequence")
            found.setdefault(at, []).append(victim)
    return found


def _victim(victim: Fields) -> Branch:
    sex = victim.values.get("sex")
    written = branch(
        "OtherPartyVictim",
        branch("PersonDetails", *whole_name(victim, "name")),
        branch("Address", *_address_in_one_line(victim)),
        telephones_in_one_line(victim),
        emails_in_one_line(victim),
        victim.leaf("Birthdate", "date_of_birth"),
        victim.coded("Gender", "sex", next((code for code, word in SEXES.items() if word == sex), None)),
        branch("PersonEthnicity", victim.leaf("SelfDefinedEthnicity", "ethnicity")),
    )
    if not written.has_content():
        victim.leave_out(victim.path.removesuffix("."))
    return written


def _address_in_one_line(victim: Fields) -> tuple[Branch, ...]:
    """Split an address. The postcode is the text after the last comma, if it is one; the rest is the street."""
    address = str(victim.values.get("address") or "")
    street, comma, last = address.rpartition(", ")
    if not comma or postcode(last) != last:
        return victim.split("address", [("StreetDescription", address)] if address else [], ", ")
    return victim.split("address", [("StreetDescription", street), ("PostCode", last)], ", ")
