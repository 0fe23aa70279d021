"""Deadlines: what runs, what is late and who must act, and deciding about a doubtful one."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.forms import Form
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import left_words, local
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import state_colour, words
from hub.deadlines.ladder import ChaseStep
from hub.errors import Failure, NotFound
from hub.exchange.telling.deadline_board import late_by_agency
from hub.exchange.telling.story_views import DeadlineView
from hub.lifecycle import ClockState
from schemas.nearest import did_you_mean
from schemas.problem import Problem, Refused

_SOON_SECONDS = 6 * 3600
_ASKED = ("clock", "agency", "only", "step")
_Deciding = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.DECIDE_CLOCKS))]


def add_to(console: FastAPI) -> None:
    console.add_api_route("/deadlines", listed, methods=["GET"], response_class=Response)
    console.add_api_route("/deadlines/{clock_id}", one, methods=["GET"], response_class=Response)
    console.add_api_route("/deadlines/{clock_id}/decide", decide, methods=["POST"], response_class=Response)


def listed(visit: Reader) -> Response:
    query = visit.request.query_params
    form = Form({name: query[name] for name in _ASKED if name in query})
    clock, agency, only, step = (form.text(name) for name in _ASKED)
    problems = _problems(visit, clock, agency, step)
    found = [] if problems else visit.hub.deadlines.listed(stopped_too=only == "all", name=clock or None)
    shown = [each for each in found if _is_wanted(visit, each, agency, only) and step in ("", each["step"])]
    given = {name: form.text(name) for name in _ASKED if form.text(name)}
    return visit.listed(
        "deadlines/deadlines.html",
        "Deadlines",
        _listing(shown),
        asked=form,
        clocks=_clock_names(visit),
        late_by=_late_by_agency(shown),
        steps=list(ChaseStep),
        csv=f"{HOME}/deadlines?{urlencode({**given, 'format': 'csv'})}",
        again=Again(problems, form) if problems else None,
    )


def _clock_names(visit: Visit) -> list[str]:
    return sorted({started for kind in visit.hub.knowledge.catalogue.kinds.values() for started in kind.starts})


def _problems(visit: Visit, clock: str, agency: str, step: str) -> list[Problem]:
    problems = []
    if step and step not in list(ChaseStep):
        cure = f"choose one of {', '.join(ChaseStep)}"
        problems.append(Problem("request.invalid", "step", "there is no such step", cure))
    known, agencies = _clock_names(visit), visit.hub.wiring.agencies
    if clock and clock not in known:
        problems.append(Problem("request.invalid", "clock", "there is no such deadline", did_you_mean(clock, known)))
    if agency and agencies.resolve(agency) is None:
        cure = did_you_mean(agency, agencies.by_id) or "see the list of agencies for its id"
        problems.append(Problem("request.invalid", "agency", "there is no such agency", cure))
    return problems


def _is_wanted(visit: Visit, each: DeadlineView, agency: str, only: str) -> bool:
    if agency:
        named = visit.hub.wiring.agencies.resolve(agency)
        if (named.id if named else agency) not in (each["owner"], each["toward"]):
            return False
    match only:
        case "overdue":
            return each["overdue"]
        case "soon":
            return each["seconds_left"] is not None and 0 <= each["seconds_left"] <= _SOON_SECONDS
        case "doubtful":
            return each["state"] == ClockState.DOUBTFUL
    return True


def _listing(found: list[DeadlineView]) -> Listing:
    rows = [
        (
            ListCell(words(each["clock"]), f"{HOME}/deadlines/{each['id']}"),
            ListCell(
                words("overdue" if each["overdue"] else each["state"]),
                colour=state_colour("overdue" if each["overdue"] else each["state"]),
            ),
            left_words(each["seconds_left"]),
            each["owner"],
            each["toward"],
            local(each["due_at"]),
            ListCell(each["reference"] or words(each["kind"]), f"{HOME}/messages/{each['started_by']}", breaks=True),
        )
        for each in found
    ]
    columns = ("Deadline", "State", "Time", "Who must act", "Toward", "Due", "Started by")
    return listing("Deadlines, the most urgent first", columns, rows, "There is no such deadline.")


def _late_by_agency(found: list[DeadlineView]) -> Listing:
    """Each number leads to its list."""
    rows = []
    for (owner, clock), steps in late_by_agency(found).items():
        asked = {"only": "overdue", "clock": clock, **({"agency": owner} if owner else {})}
        rows.append(
            (
                owner or "nobody",
                words(clock),
                *(_number(steps[step], {**asked, "step": step}) for step in ChaseStep),
                _number(steps.total(), asked),
            )
        )
    columns = ("Who must act", "Deadline", *(f"To the {step}" for step in ChaseStep), "All")
    return listing("Late, and to whom it has gone", columns, rows, "Nothing is late.")


def _number(number: int, asked: dict[str, str]) -> ListCell | int:
    return ListCell(f"{number:,}", f"{HOME}/deadlines?{urlencode(asked)}", numeric=True) if number else 0


def one(visit: Reader, clock_id: UUID) -> Response:
    return _one_page(visit, clock_id)


def _one_page(visit: Visit, clock_id: UUID, again: Again | None = None) -> Response:
    found = visit.hub.deadlines.find(clock_id)
    if found is None:
        raise NotFound("there is no such deadline", "choose one of the list")
    story = visit.hub.stories.show(found["started_by"])
    return visit.page(
        "deadlines/deadline.html",
        f"Deadline: {words(found['clock'])}",
        clock=found,
        story=story,
        step=found["step"],
        may_send=visit.may(Right.RELEASE_QUARANTINE) and bool(story["deliveries"]),
        may_decide=visit.may(Right.DECIDE_CLOCKS) and found["state"] == ClockState.DOUBTFUL,
        again=again,
    )


def decide(visit: _Deciding, clock_id: UUID, form: Typed) -> Response:
    try:
        if form.text("runs") not in ("yes", "no"):
            raise Refused(Problem("request.invalid", "runs", "you have not said whether it runs", "choose yes or no"))
        visit.hub.doubtful_clocks.decide(
            clock_id, runs=form.text("runs") == "yes", by=visit.person.name, because=form.text("reason")
        )
    except (Failure, Refused) as refused:
        problems = [each if each.where else replace(each, where="reason") for each in refused.problems]
        return _one_page(visit, clock_id, again=Again(problems, form))
    return to(f"/deadlines/{clock_id}", "decided")
