"""Links: whether a record and a supervised person are the same person, decided by a person."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.listing import ListCell, listing
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import state_colour, words
from hub.errors import Failure, NotFound
from hub.lifecycle import LinkState
from hub.store.persons.people import PersonLink
from schemas.problem import Problem, Refused

_Deciding = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.DECIDE_LINKS))]


def add_to(console: FastAPI) -> None:
    console.add_api_route("/links", listed, methods=["GET"], response_class=Response)
    console.add_api_route("/links/{link_id}", one, methods=["GET"], response_class=Response)
    console.add_api_route("/links/{link_id}/decide", decide, methods=["POST"], response_class=Response)


def listed(visit: Reader) -> Response:
    wanted = visit.request.query_params.get("state", LinkState.DOUBTFUL)
    state = LinkState(wanted) if wanted in list(LinkState) else None
    rows = [
        (
            ListCell(words(each.kind), f"{HOME}/links/{each.id}"),
            each.area,
            ListCell(words(each.state), colour=state_colour(each.state)),
            words(each.found_by),
            each.why,
            each.decided_by or "",
        )
        for each in visit.hub.linking.listed(state)
    ]
    columns = ("Record", "Area", "State", "Found by", "Why", "Decided by")
    return visit.listed(
        "links/links.html",
        "Links",
        listing("Links", columns, rows, "There is no such link."),
        state=state or "",
        states=list(LinkState),
        csv=f"{HOME}/links?state={state or 'all'}&format=csv",
    )


def one(visit: Reader, link_id: UUID) -> Response:
    return _one_page(visit, link_id)


def _one_page(visit: Visit, link_id: UUID, again: Again | None = None) -> Response:
    found = next((each for each in visit.hub.linking.listed(None) if each.id == link_id), None)
    if found is None:
        raise NotFound("there is no such link", "choose one of the list")
    return visit.page(
        "links/link.html",
        f"Is this the person whom {found.area} supervises?",
        link=found,
        evidence=_evidence(found),
        may_decide=visit.may(Right.DECIDE_LINKS) and found.state == LinkState.DOUBTFUL,
        again=again,
    )


def _evidence(link: PersonLink) -> object:
    columns = tuple(sorted({name for line in link.evidence for name in line}))
    rows = [tuple(str(line.get(name, "")) for name in columns) for line in link.evidence]
    return listing(
        "What agrees, and what does not",
        tuple(words(name).capitalize() for name in columns),
        rows,
        "An identifier decided, so nothing was compared.",
    )


def decide(visit: _Deciding, link_id: UUID, form: Typed) -> Response:
    try:
        if form.text("same") not in ("yes", "no"):
            raise Refused(Problem("request.invalid", "same", "you have not said whether they are one person", "choose"))
        visit.hub.linking.decide(link_id, same=form.text("same") == "yes", by=visit.person.name)
    except (Failure, Refused) as refused:
        return _one_page(visit, link_id, again=Again(refused.problems, form, "same"))
    return to("/links", "decided")
