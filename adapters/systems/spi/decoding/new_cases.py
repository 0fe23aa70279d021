"""Reads a NewCaseMessage into case packages: one for each case, with all its defendants."""

import re
from dataclasses import dataclass
from typing import Any

from adapters.contract import Draft
from adapters.facts import StatedFacts, summary_of
from adapters.fitting import words_of
from adapters.systems.spi.decoding.drafts import Drafts
from adapters.systems.spi.decoding.envelope import Found
from adapters.systems.spi.decoding.findings import REFUSALS_MAX, Findings
from adapters.systems.spi.decoding.offences import read_offence
from adapters.systems.spi.decoding.police_defendants import read_police_defendant
from adapters.systems.spi.decoding.reading import Element
from adapters.systems.spi.decoding.victims import read_officer, read_victim
from schemas.kinds.case_package.v1 import CasePackage
from schemas.parts.offence import SEQUENCE_MAX
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class NewCases:
    """Reads messages into the drafts of their document. A fault in one defendant refuses the whole case, because a
    package without somebody would look complete to its recipient."""

    drafts: Drafts

    def read(self, found: Found, doubts: tuple[Problem, ...]) -> None:
        """Read one message. `doubts` concern the whole message and go to each of its drafts."""
        message = Element.of(found.message)
        findings = Findings()
        findings.unread(message.leftovers(skip={"Case"}))
        cases = list(message.all("Case"))
        if not cases:
            findings.refuse("spi.no_cases", message, "contains no Case", "send the case with its defendants")
            self.drafts.refused += findings.refusals
        for case in cases:
            of_case = Findings()
            values = _case(case, of_case)
            of_case.unread(case.leftovers())
            package = of_case.checked(CasePackage, values, case, whole=("defendants",))
            if package is None:
                self.drafts.refused += of_case.refusals[:REFUSALS_MAX]
            else:
                draft = _draft(package, found, (*doubts, *findings.doubts, *of_case.doubts), case)
                self.drafts.add(draft, case)


def _draft(package: CasePackage, found: Found, doubts: tuple[Problem, ...], case: Element) -> Draft:
    return Draft(
        kind="case_package",
        version=1,
        sender=_sender(package.originating_organisation, package.urn),
        recipient=None,
        reference=f"{found.message_id()}/{package.urn}",
        payload=package,
        sent_at=found.facts.sent_at,
        doubts=doubts,
        where=case.where,
    )


def _sender(organisation: str | None, urn: str) -> str:
    """Return the police force: the second and third characters of its organisation unit (top level 1), otherwise the
    first two of the case number."""
    unit = re.fullmatch(r"1([0-9A-Z]{2})[0-9A-Z]{4}", (organisation or "").upper())
    return f"force:{unit[1] if unit else urn[:2]}"


def _case(case: Element, findings: Findings) -> dict[str, Any]:
    urn = case.text("PTIURN")
    if urn is None:
        findings.refuse("spi.no_urn", case, "has no PTIURN", "send the case with its unique reference number")
    defendants = list(case.all("Defendant"))
    if not defendants:
        findings.refuse("spi.no_defendants", case, "names no Defendant", "send the case with its defendants")
    informant = case.text("Informant")
    return {
        "urn": urn,
        "originating_organisation": case.text("OriginatingOrganisation"),
        "prosecuting_organisation": case.text("CPSorganisation"),
        "initiation": case.text("CaseInitiation") or case.text("InitiationCode"),
        "case_type": case.text("SummonsCode"),
        "markers": words_of(case.text("CaseMarker")),
        "hearing": _initial_hearing(case.child("InitialHearing"), findings),
        "officer": read_officer(case.child("OtherPartyOfficerInCase")),
        "prosecutor": {"name": informant} if informant else None,
        "defendants": [_defendant(defendant, findings) for defendant in defendants],
        "summary": _facts(defendants),
        "victims": _victims(defendants, findings),
    }


def _initial_hearing(hearing: Element | None, findings: Findings) -> dict[str, Any] | None:
    if hearing is None:
        return None
    on = findings.date_at(hearing, "DateOfHearing")
    found = {
        "court_ou_code": hearing.text("CourtHearingLocation"),
        "on": on,
        "at": findings.time_at(hearing, "TimeOfHearing", on),
    }
    return found if any(value is not None for value in found.values()) else None


def _defendant(defendant: Element, findings: Findings) -> dict[str, Any]:
    offences = [read_offence(offence, findings) for offence in defendant.all("Offence")]
    if not offences:
        findings.doubt("spi.no_offences", defendant, "has no Offence", "send the offences of each defendant")
    return {**read_police_defendant(defendant, findings), "offences": offences}


def _facts(defendants: list[Element]) -> str | None:
    return summary_of(
        StatedFacts(position, offence.text("BaseOffenceDetails/OffenceSequenceNumber"), facts)
        for position, defendant in enumerate(defendants, start=1)
        for offence in defendant.all("Offence")
        if (facts := offence.text("ProsecutionFacts"))
    )


def _victims(defendants: list[Element], findings: Findings) -> list[dict[str, Any]]:
    """Return each victim of each offence. The same victim of the same offence, named under several defendants, is
    returned once."""
    found: list[dict[str, Any]] = []
    for offence in (offence for defendant in defendants for offence in defendant.all("Offence")):
        number = findings.number_at(offence, "BaseOffenceDetails/OffenceSequenceNumber", SEQUENCE_MAX)
        for victim in offence.all("OtherPartyVictim"):
            read = read_victim(victim, findings) | {"offence_sequence": number}
            if read not in found:
                found.append(read)
    return found
