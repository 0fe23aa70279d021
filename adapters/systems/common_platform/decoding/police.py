"""A result as the platform makes it for the police: one defendant in one case."""

from adapters.contract import Draft
from adapters.systems.common_platform.decoding.drafts import read_court
from adapters.systems.common_platform.decoding.entries import Entry
from adapters.systems.common_platform.decoding.hearings import read_sittings, result_draft
from adapters.systems.common_platform.decoding.offences import read_offence
from adapters.systems.common_platform.decoding.people import read_bail, read_defendant
from adapters.systems.common_platform.decoding.record import Notes, Record
from adapters.systems.common_platform.decoding.results import Sharing
from adapters.systems.common_platform.decoding.wrapping import Found


def read_police_result(found: Found) -> Draft:
    """Raises Refused if it cannot be taken."""
    record = Record(found.values, found.path, Notes())
    outer = record.only("courtCentreWithLJA")
    centre = outer.only("courtCentre")
    court = read_court(centre, outer)
    centre.raw("roomName")  # a result has no room
    sittings = tuple(read_sittings(record, "sessionDays"))
    defendant, sharing = record.only("defendant"), Sharing()
    number = record.text("urn", "caseURN")
    if number is None:
        record.refuse("common_platform.no_case_number", "urn", "has no urn", "send the reference of the case")
    who, bail = read_defendant(defendant), read_bail(defendant)
    attended = [day.ignore().text("attendanceType") for day in defendant.each("attendanceDays")]
    bail["present_at_hearing"] = bail["present_at_hearing"] or (attended[-1] if attended else None)
    entry = Entry(
        where=record.path,
        number=number,
        case={},
        defendant=who,
        bail=bail,
        guardian=None,
        offences=[read_offence(offence, sharing) for offence in defendant.each("offences")],
        sharing=sharing,
        notes=record.notes,
        defendant_id=defendant.text("defendantId", "id"),
    )
    result_id = record.text("id")
    record.leftovers()
    return result_draft(entry, court, sittings, result_id, found.facts, record.notes)
