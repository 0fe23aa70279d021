"""Reads the other people whom a new case names: its victims and the officer in the case."""

from typing import Any

from adapters.dates import read_birth
from adapters.fitting import joined
from adapters.systems.spi.decoding.findings import Findings
from adapters.systems.spi.decoding.people import address, emails, sex, telephones, whole_name
from adapters.systems.spi.decoding.reading import Element


def read_victim(victim: Element, findings: Findings) -> dict[str, Any]:
    """Return the victim. Every value is text; what cannot be read in more detail is kept as received."""
    born = victim.text("Birthdate")
    return {
        "name": whole_name(victim.child("PersonDetails")),
        "date_of_birth": read_birth(born) or born if born else None,
        "sex": sex(victim, findings),
        "ethnicity": victim.text("PersonEthnicity/SelfDefinedEthnicity"),
        "address": address_line(victim),
        "telephone": listed(telephones(victim)),
        "email": listed(emails(victim)),
    }


def read_officer(officer: Element | None) -> dict[str, Any] | None:
    if officer is None:
        return None
    found = {
        "name": whole_name(officer.child("OfficerName")),
        "rank": officer.text("PoliceOfficerRank"),
        "number": officer.text("PoliceWorkerReferenceNumber"),
        "unit": officer.text("PoliceWorkerLocationCode"),
        "telephone": listed(telephones(officer)),
        "email": listed(emails(officer)),
    }
    return found if any(found.values()) else None


def address_line(holder: Element) -> str | None:
    """Return an address in one line, with its postcode at the end."""
    parts = address(holder) or {"lines": [], "postcode": None}
    return listed([*parts["lines"], *([parts["postcode"]] if parts["postcode"] else [])])


def listed(parts: list[str]) -> str | None:
    return joined(", ", parts) or None
