"""Reads a result in the platform's form for the police: one defendant in one case."""

from adapters.contract import Draft
from adapters.systems.common_platform.decoding.drafts import read_court
from adapters.systems.common_platform.decoding.hearing.decided import Hearing, result_draft
from adapters.systems.common_platform.decoding.hearing.entries import Entry, add_to_case
from adapters.systems.common_platform.decoding.hearing.placing import move_to_named_offences, read_attendance
from adapters.systems.common_platform.decoding.hearing.sittings import read_sittings
from adapters.systems.common_platform.decoding.notes import Notes
from adapters.systems.common_platform.decoding.offences import read_offence
from adapters.systems.common_platform.decoding.people import read_associated, read_custody, read_defendant
from adapters.systems.common_platform.decoding.results import read_results
from adapters.systems.common_platform.decoding.sharing import Sharing
from adapters.systems.common_platform.decoding.wrapping import Found


def read_police_result(found: Found) -> Draft:
    """Read the result. Raises Refused if it cannot be accepted."""
    record = found.record()
    outer = record.only("courtCentreWithLJA")
    centre = outer.only("courtCentre")
    defendant, sharing = record.only("defendant"), Sharing()
    number = record.text("urn", "caseURN")
    if number is None:
        record.refuse("common_platform.no_case_number", "urn", "has no urn", "send the reference of the case")
    hearing = Hearing(
        facts=found.facts,
        path=found.path,
        court=read_court(centre, outer),
        id=record.text("id"),
        type=None,
        room=centre.text("roomName"),
        restriction=None,
        sittings=tuple(read_sittings(record, "sessionDays")),
        notes=record.notes,
    )
    who, custody = read_defendant(defendant), read_custody(defendant)
    offences = [one for offence in defendant.each("offences") if (one := read_offence(offence, sharing))]
    add_to_case(defendant, offences, read_results(defendant.each("judicialResults"), sharing))
    entry = Entry(
        where=record.path,
        number=number,
        case={},
        markers=[],
        defendant=who,
        custody=custody,
        associated=read_associated(defendant),
        offences=offences,
        sharing=sharing,
        notes=Notes(),
        defendant_id=defendant.text("defendantId", "id"),
        attendance=read_attendance(defendant),
    )
    move_to_named_offences([entry])
    record.leftovers()
    return result_draft(hearing, entry)
