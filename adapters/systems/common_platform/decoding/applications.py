"""What stands beside the prosecution cases of a hearing: applications, results that name their defendant, attendance.

An application with results is told to the police as an offence whose code is that of its type; so it is here.
"""

from typing import Any

from adapters.systems.common_platform.decoding.entries import Entry, Party, add_to_first, entry_of
from adapters.systems.common_platform.decoding.offences import read_application, read_offence
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.results import read_results
from schemas.problem import Problem, Refused


def add_applications(hearing: Record, entries: list[Entry], refused: list[Problem]) -> None:
    """Each to the listed defendant it is about; else it is an entry of its own. Bad ones go to `refused`."""
    for application in hearing.apart("courtApplications"):
        try:
            _add(application, hearing, entries)
        except Refused as refusal:
            refused.extend(refusal.problems)


def _add(application: Record, hearing: Record, entries: list[Entry]) -> None:
    who = (application.child("subject") or application.only("applicant")).child("masterDefendant", "defendant")
    cases = [*application.each("courtApplicationCases"), *application.only("courtOrder").each("courtOrderOffences")]
    fields, number = _case(application, cases)
    offences = [
        offence for case in cases for offence in (*case.each("offences"), *filter(None, [case.child("offence")]))
    ]
    ids = _ids(who) if who else frozenset()
    entry = next((one for one in entries if one.number == number and one.ids & ids), None)
    if entry is not None:
        if who is not None:
            who.ignore()  # the prosecution case says it better
        entry.case = entry.case | {"type": fields["type"] or entry.case["type"]}
        for offence in offences:
            _merge(entry, offence)
    elif who is not None and number is not None:
        entry = entry_of(Party(who, offences, fields, number, hearing.text("id")))
        entry.where = application.path
        entries.append(entry)
    elif entries and not any(one.has("judicialResults") for one in (application, *offences)):
        problem = "an application is about no defendant in a case; it is not passed on"
        hearing.doubt(
            "common_platform.application",
            "courtApplications",
            problem,
            "nothing: it is neither a listed case nor a result",
        )
        return
    else:
        application.refuse(
            "common_platform.no_defendant",
            None,
            "is an application that is about no defendant in a case",
            "send it to whoever it is meant for: it is neither a listed case nor a result",
        )
    if application.has("judicialResults"):
        entry.offences.append(read_application(application, entry.sharing))
    _settle(application, entry)


def _merge(entry: Entry, record: Record) -> None:
    """An offence that stands in the prosecution case too is one offence; its results may stand in either place."""
    offence = read_offence(record, entry.sharing)
    same = next((one for one in entry.offences if offence["id"] and one["id"] == offence["id"]), None)
    if same is None:
        entry.offences.append(offence)
    else:
        same["results"] = [*same["results"], *(one for one in offence["results"] if one not in same["results"])]


def _ids(who: Record) -> frozenset[str]:
    ids = [who.text("masterDefendantId"), *(one.ignore().text("defendantId") for one in who.each("defendantCase"))]
    return frozenset(filter(None, ids))


def _case(application: Record, cases: list[Record]) -> tuple[dict[str, Any], str | None]:
    reference, kind = application.text("applicationReference"), application.only("type")
    case = cases[0] if cases else application
    named = case.only("prosecutionCaseIdentifier").ignore()
    urn = named.text("caseURN", "caseUrn")
    fields = {
        "id": case.text("prosecutionCaseId"),
        "urn": urn,
        "type": kind.text("type", "applicationType") or application.text("applicationType"),
        "informant": named.text("prosecutionAuthorityName", "prosecutionAuthorityCode"),
        "marker": None,
    }
    return fields, urn or reference


def _settle(application: Record, entry: Entry) -> None:
    """The other parties, and where the application stands in the platform's own workflow, are not passed on."""
    for name in ("applicant", "respondents", "thirdParties", "applicationStatus", "applicationReceivedDate"):
        application.raw(name)
    application.only("type").ignore()
    application.leftovers()
    if entry.notes is not application.notes:
        entry.notes.include(application.notes)


def share_out(hearing: Record, entries: list[Entry]) -> None:
    """Results and attendance that stand beside the cases name their defendant."""
    for record in hearing.each("defendantJudicialResults"):
        ids = {record.text("masterDefendantId"), record.text("defendantId")}
        entry = next((one for one in entries if one.ids & ids and one.offences), None)
        if entry is None:
            problem = "a result is about nobody who is listed; it is not passed on"
            hearing.doubt(
                "common_platform.result_of_nobody",
                "defendantJudicialResults",
                problem,
                "send the defendant's id with it",
            )
            continue
        holder = Record({"judicialResults": [record.raw("judicialResult")]}, record.path, entry.notes)
        add_to_first(holder, entry.offences, read_results(holder, entry.sharing, "judicialResults"))
    for attendance in hearing.each("defendantAttendance"):
        types = [text for day in attendance.each("attendanceDays") if (text := day.ignore().text("attendanceType"))]
        about = attendance.text("defendantId")
        for entry in entries:
            if about in entry.ids and types:
                entry.bail["present_at_hearing"] = entry.bail["present_at_hearing"] or types[-1]
