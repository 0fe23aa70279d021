"""Reads a charge in JSON into a case package: the prosecution that a prosecutor begins, with defendants and
offences."""

from typing import Any

from adapters.facts import StatedFacts, summary_of
from adapters.fitting import words_of
from adapters.systems.cps.decoding.charge_people import read_person
from adapters.systems.cps.decoding.charge_tree import Part
from adapters.systems.cps.decoding.charge_values import read_clock, read_day, read_number
from adapters.systems.cps.decoding.findings import Findings
from schemas.parts.offence import SEQUENCE_MAX

DETAILS = "prosecutionSubmissionDetails"


def read_charge(charge: Part, findings: Findings) -> dict[str, Any]:
    """Return the fields of a case package without its documents."""
    details = charge.part(DETAILS)
    urn = details.text("urn")
    if urn is None:
        findings.refuse("cps.no_urn", details.where, "has no urn", "send the case with its number")
    defendants = charge.parts("defendants")
    if not defendants:
        cure = "send the case with its defendants"
        findings.refuse("cps.no_defendants", charge.where, "names no defendants", cure)
    summons, informant = details.text("summonsCode"), details.text("informant")
    facts: list[StatedFacts] = []
    entries = [_defendant(defendant, number, facts, findings) for number, defendant in enumerate(defendants, start=1)]
    charged = any(offence["charged_on"] for entry in entries for offence in entry["offences"])
    return {
        "urn": urn,
        "prosecuting_organisation": details.text("prosecutingAuthority"),
        "initiation": "S" if summons else "C" if charged else None,
        "case_type": summons,
        "markers": words_of(details.text("caseMarker")),
        "hearing": _hearing(details.part("hearingDetails"), findings),
        "prosecutor": {"name": informant} if informant else None,
        "summary": summary_of(facts),
        "defendants": entries,
    }


def _hearing(hearing: Part, findings: Findings) -> dict[str, Any] | None:
    on = read_day(hearing, "dateOfHearing", findings)
    found = {
        "court_ou_code": hearing.text("courtHearingLocation"),
        "on": on,
        "at": read_clock(hearing, "timeOfHearing", on, findings),
    }
    return found if any(value is not None for value in found.values()) else None


def _defendant(defendant: Part, position: int, facts: list[StatedFacts], findings: Findings) -> dict[str, Any]:
    offences = [_offence(offence, position, facts, findings) for offence in defendant.parts("offences")]
    if not offences:
        cure = "send the offences of each defendant"
        findings.doubt("cps.no_offences", "offences", defendant.where, "has no offences", cure)
    return {**read_person(defendant, findings), "offences": offences}


def _offence(offence: Part, defendant: int, facts: list[StatedFacts], findings: Findings) -> dict[str, Any]:
    details = offence.part("offenceDetails")
    alcohol = details.part("alcoholRelatedOffence")
    code = details.text("cjsOffenceCode")
    if code is None:
        problem = "has no cjsOffenceCode; only its wording describes the offence"
        cure = "send the offence with its code"
        findings.doubt("cps.no_offence_code", "cjsOffenceCode", details.where, problem, cure)
    sequence = read_number(details, "offenceSequenceNo", SEQUENCE_MAX, findings)
    if stated := offence.text("statementOfFacts"):
        facts.append(StatedFacts(defendant, None if sequence is None else str(sequence), stated))
    return {
        "sequence": sequence,
        "code": code,
        "wording": details.text("offenceWording"),
        "started_on": read_day(details, "offenceCommittedDate", findings),
        "ended_on": read_day(details, "offenceCommittedEndDate", findings),
        "date_code": details.text("offenceDateCode"),
        "location": details.text("offenceLocation"),
        "alcohol_level": read_number(alcohol, "alcoholOrDrugLevelAmount", 999, findings),
        "alcohol_method": alcohol.text("alcoholOrDrugLevelMethod"),
        "vehicle_registration": details.text("vehicleRegistrationMark"),
        "arrested_on": read_day(offence, "arrestDate", findings),
        "charged_on": read_day(offence, "chargeDate", findings),
    }
