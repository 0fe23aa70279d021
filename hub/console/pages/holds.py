"""Legal holds, and the report to a person about the data that is held about them."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, Response

from hub.access.rights import Right
from hub.console.forms import Form
from hub.console.listing import ListCell, listing
from hub.console.moments import local
from hub.console.rendering import STRICT_HEADERS
from hub.console.visit import Again, Reader, Typed, Visit, to, visitor
from hub.console.words import words
from hub.disposal.person_named import Given
from hub.disposal.report_files import as_html
from hub.errors import Failure
from schemas.problem import Problem, Refused

_Holding = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.CHANGE_HOLDS))]
_Reporting = Annotated[Visit, Depends(visitor(Right.REPORT_SUBJECT, Right.READ_BODY))]
_FIELDS = ("pnc", "cro", "crn", "noms", "name", "born", "case")
_REPORT_TITLE = "Report to a person about their data"
_OWN_STYLES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_REPORT_STYLES = {**STRICT_HEADERS, "Content-Security-Policy": _OWN_STYLES}


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "/holds", listed),
        ("POST", "/holds", place),
        ("POST", "/holds/{hold_id}/end", end),
        ("GET", "/subject-report", ask_report),
        ("POST", "/subject-report", report),
    ):
        console.add_api_route(path, route, methods=[method], response_class=Response)


def listed(visit: Reader) -> Response:
    return _page(visit)


def _page(visit: Visit, again: Again | None = None) -> Response:
    found = visit.hub.end_of_life.holds(ended_too=True)
    rows = [
        (
            ListCell(each["id"][:8]),
            words(each["kind"]),
            words(each["by"]),
            each["covers"],
            each["placed_by"],
            local(each["placed_at"]),
            each["reason"],
            ListCell("ended" if each["ended_at"] else "in force", colour="grey" if each["ended_at"] else "yellow"),
        )
        for each in found
    ]
    columns = ("Hold", "About a", "Found by", "Messages", "Placed by", "Placed", "Reason", "State")
    return visit.listed(
        "evidence/holds.html",
        "Holds",
        listing("Legal holds", columns, rows, "There is no hold."),
        open_holds=[each for each in found if not each["ended_at"]],
        may_hold=visit.may(Right.CHANGE_HOLDS),
        may_report=visit.may(Right.REPORT_SUBJECT) and visit.may(Right.READ_BODY),
        csv="/console/holds?format=csv",
        again=again,
    )


def _given(form: Form) -> Given:
    return Given(**{name: form.text(name) for name in _FIELDS if form.text(name)})


def _first_field(form: Form) -> str:
    return next((name for name in _FIELDS if form.text(name)), "pnc")


def place(visit: _Holding, form: Typed) -> Response:
    try:
        if not form.text("reason"):
            raise Refused(Problem("access.reason_missing", "reason", "there is no reason", "say why, and name nobody"))
        visit.hub.end_of_life.place_hold(_given(form).one(), visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        problems = [each if each.where else replace(each, where=_first_field(form)) for each in refused.problems]
        return _page(visit, again=Again(problems, form))
    return to("/holds", "placed")


def end(visit: _Holding, hold_id: UUID, form: Typed) -> Response:
    try:
        if not form.text("reason"):
            raise Refused(Problem("access.reason_missing", "reason", "there is no reason", "say why, and name nobody"))
        visit.hub.end_of_life.end_hold(hold_id, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        return _page(visit, again=Again(refused.problems, form))
    return to("/holds", "ended")


def ask_report(visit: _Reporting) -> Response:
    return visit.page("evidence/subject_report.html", _REPORT_TITLE)


def report(visit: _Reporting, form: Typed) -> Response:
    """The report itself is the answer: it is kept nowhere."""
    try:
        found = visit.hub.end_of_life.subject_report(_given(form).wanted(), visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        problems = [
            replace(each, where="reason" if each.code.startswith("reason") else _first_field(form))
            for each in refused.problems
        ]
        return visit.page("evidence/subject_report.html", _REPORT_TITLE, again=Again(problems, form))
    return HTMLResponse(as_html(found), 200, _REPORT_STYLES)
