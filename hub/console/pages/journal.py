"""The journal: what happened, who looked at what, and the proof of an entry."""

import json
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local
from hub.console.rendering import STRICT_HEADERS
from hub.console.visit import HOME, Again, Typed, Visit, visitor
from hub.console.words import words
from hub.errors import NotFound
from hub.exchange.telling.evidence import EntryView
from hub.journal.events import Event
from hub.journal.verify import Verification, as_plain
from schemas.json import JsonObject
from schemas.problem import Problem, Refused

_Auditor = Annotated[Visit, Depends(visitor(Right.READ_JOURNAL))]
_PAGE = 100


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "/journal", listed),
        ("POST", "/journal/verify", verify),
        ("GET", "/journal/{position}/proof", proof),
    ):
        console.add_api_route(path, route, methods=[method], response_class=Response)


def listed(visit: _Auditor) -> Response:
    return _page(visit)


def _page(visit: Visit, verified: Verification | None = None) -> Response:
    query = visit.request.query_params
    problems: list[Problem] = []
    after, event, message = query.get("after", ""), query.get("event", ""), query.get("message", "").strip()
    if event and event not in list(Event):
        problems.append(Problem("request.invalid", "event", "there is no such event", "choose one of the list"))
    found: list[EntryView] = []
    try:
        of = visit.hub.stories.find(message) if message else None
        if not problems:
            position = int(after) if after.isdigit() and len(after) < 16 else 0
            found = visit.hub.evidence.entries(position, _PAGE, Event(event) if event else None, of)
    except NotFound as missing:
        problems.append(Problem(missing.code, "message", missing.problem, missing.cure))
    return visit.listed(
        "evidence/journal.html",
        "Journal",
        _listing(found),
        event=event,
        message=message,
        events=list(Event),
        next=found[-1]["position"] if len(found) == _PAGE else None,
        csv=f"{HOME}/journal?after={after}&event={event}&message={message}&format=csv",
        again=Again(problems) if problems else None,
        verified=verified,
    )


def _listing(found: list[EntryView]) -> Listing:
    rows = [
        (
            ListCell(str(each["position"]), f"{HOME}/journal/{each['position']}/proof"),
            local(each["at"]),
            words(each["event"].replace(".", ": ")),
            _who(each["detail"]),
            ListCell(str(each["message"])[:8], f"{HOME}/messages/{each['message']}") if each["message"] else "",
            each["agency"] or "",
            "; ".join(f"{words(name)}: {_plain(value)}" for name, value in each["detail"].items() if _says(value)),
        )
        for each in found
    ]
    columns = ("Entry", "Time", "What", "By", "Message", "Agency", "Detail")
    return listing("Entries in their order", columns, rows, "There is no such entry.")


def _who(detail: JsonObject) -> str:
    return str(detail.get("by") or detail.get("person") or "")


def _says(value: object) -> bool:
    return value not in (None, [], {}, "")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def verify(visit: _Auditor, form: Typed) -> Response:
    return _page(visit, verified=visit.hub.evidence.verify())


def proof(visit: _Auditor, position: int) -> Response:
    """A file that anybody can check with the hub's public key: `hub journal check`."""
    try:
        found = visit.hub.evidence.prove(str(position))
    except Refused as refused:
        raise NotFound(refused.problems[0].problem, refused.problems[0].cure) from None
    headers = {**STRICT_HEADERS, "Content-Disposition": f'attachment; filename="proof-of-entry-{position}.json"'}
    return Response(
        json.dumps(as_plain(found), indent=2, ensure_ascii=False), 200, headers, media_type="application/json"
    )
