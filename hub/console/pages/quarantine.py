"""Quarantine: what a person must look at, its cause and cure, and settling it one by one."""

from collections import Counter
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.forms import Form
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import words
from hub.errors import Failure
from hub.exchange.repairing.item_views import ItemView
from hub.store.repairing.quarantine import Selection
from schemas.problem import Problem, Refused

_Releasing = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.RELEASE_QUARANTINE))]
_Reading = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.READ_BODY))]
FIELDS = ("recipient", "sender", "kind", "code")


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "", listed),
        ("GET", "/{item}", one),
        ("POST", "/{item}/release", release),
        ("POST", "/{item}/discard", discard),
        ("POST", "/{item}/content", content),
        ("POST", "/{item}/correct", correct),
    ):
        console.add_api_route(f"/quarantine{path}", route, methods=[method], response_class=Response)


def _no_agency(name: str) -> Problem:
    return Problem("request.invalid", name, "there is no such agency", "see the list of agencies for its id")


def selection_of(form: Form) -> Selection:
    recipient, sender, kind, code = (form.text(name) or None for name in FIELDS)
    return Selection(recipient, sender, kind, code)


def _document(given: str | None) -> UUID | None:
    try:
        return UUID(given or "")
    except ValueError:
        return None


def listed(visit: Reader) -> Response:
    query = visit.request.query_params
    form = Form({name: query[name] for name in FIELDS if name in query})
    agencies = visit.hub.wiring.agencies
    unknown = [
        name for name in ("recipient", "sender") if form.text(name) and agencies.resolve(form.text(name)) is None
    ]
    selection = replace(selection_of(form), document=_document(query.get("document")))
    found, in_all = visit.hub.quarantine.listed(selection), visit.hub.quarantine.counted(selection)
    given = {name: form.text(name) for name in FIELDS if form.text(name)}
    return visit.listed(
        "quarantine/quarantine.html",
        "Quarantine",
        _listing(found),
        deliveries=_listing([each for each in found if each["what"] == "delivery"], "Deliveries"),
        parts=_listing([each for each in found if each["what"] == "document"], "Refused parts of documents"),
        causes=_by_cause(found),
        in_all=in_all,
        shown=sum(each["stands_for"] for each in found),
        asked=form,
        again=Again([_no_agency(name) for name in unknown], form) if unknown else None,
        plans=visit.hub.bulk.listed(),
        may_release=visit.may(Right.RELEASE_QUARANTINE),
        csv=f"{HOME}/quarantine?{urlencode({**given, 'format': 'csv'})}",
    )


def _listing(found: list[ItemView], caption: str = "Quarantine") -> Listing:
    rows = [
        (
            ListCell(each["cause"] or each["code"] or "see the item", _address(each)),
            each["sender"],
            each["recipient"] or "",
            words(each["kind"]) or words(each["what"]),
            local(each["since"]),
            each["code"],
            each["place"] or "",
        )
        for each in found
    ]
    columns = ("Cause", "From", "To", "What", "Since", "Code", "Place")
    return listing(caption, columns, rows, "There is none.")


def _address(item: ItemView) -> str:
    """Of an item that stands for others of its document, the list of all of them."""
    alone = item["stands_for"] == 1
    return f"{HOME}/quarantine/{item['id']}" if alone else f"{HOME}/quarantine?document={item['document']}"


def _by_cause(found: list[ItemView]) -> Listing:
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in found:
        counts[each["sender"], each["code"] or "", each["what"]] += each["stands_for"]
    rows = [
        (
            ListCell(code, f"{HOME}/quarantine?{urlencode({'sender': sender, 'code': code})}"),
            sender,
            "refused part" if what == "document" else "delivery",
            number,
        )
        for (sender, code, what), number in counts.most_common()
    ]
    return listing("By cause", ("Cause", "From", "What", "Items"), rows, "Nothing is in quarantine.")


def one(visit: Reader, item: str) -> Response:
    return _one_page(visit, item)


def _one_page(visit: Visit, item: str, again: Again | None = None, body: str | None = None) -> Response:
    shown = visit.hub.quarantine.show(item)
    return visit.page(
        "quarantine/quarantined.html",
        "In quarantine: " + (words(shown["kind"]) or "part of a document"),
        item=shown,
        may_release=visit.may(Right.RELEASE_QUARANTINE),
        may_read=visit.may(Right.READ_BODY),
        body=body,
        again=again,
    )


def _at_reason(refused: Failure | Refused) -> list[Problem]:
    return [replace(each, where="reason") for each in refused.problems]


def release(visit: _Releasing, item: str, form: Typed) -> Response:
    try:
        visit.hub.quarantine.release(item, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        return _one_page(visit, item, Again(_at_reason(refused), form))
    return to("/quarantine", "released")


def discard(visit: _Releasing, item: str, form: Typed) -> Response:
    try:
        waits = visit.hub.quarantine.discard(item, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        return _one_page(visit, item, Again(_at_reason(refused), form))
    return to("/quarantine", "waits" if waits else "discarded")


def content(visit: _Reading, item: str, form: Typed) -> Response:
    """What it says, to be corrected in the page. The journal records the reading."""
    try:
        body = visit.hub.quarantine.body(item, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        return _one_page(visit, item, Again(_at_reason(refused), form))
    return _one_page(visit, item, Again((), form), body.decode("utf-8", errors="replace"))


def correct(visit: _Releasing, item: str, form: Typed) -> Response:
    """Nothing has changed if it is refused, and what was typed stays in the page."""
    visit.require(Right.READ_BODY)
    body = form.raw("body").replace("\r\n", "\n")
    try:
        visit.hub.quarantine.fix(item, body.encode(), visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        problems = [replace(each, where="body", problem=_placed(each)) for each in refused.problems]
        return _one_page(visit, item, Again(problems, form), body)
    return to("/quarantine", "corrected")


def _placed(problem: Problem) -> str:
    return f"{problem.where}: {problem.problem}" if problem.where else problem.problem
