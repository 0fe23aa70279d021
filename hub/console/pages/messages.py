"""Messages: found by what is known of them, the newest first.

A reference or a number of a person is personal data, so a search by one is sent in the body of the request, and never
stands in an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from fastapi import FastAPI
from fastapi.responses import Response

from hub.console.forms import Form
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to
from hub.console.words import state_colour, words
from hub.deadlines.london import LONDON
from hub.disposal.person_named import Given, WantedUnclear
from hub.exchange.telling.message_search import MessagePage
from hub.lifecycle import DeliveryState, MessageState
from hub.store.overview.searching import ListPlace, MessageCriteria
from schemas.nearest import did_you_mean
from schemas.problem import Problem

_OPEN_FIELDS = ("id", "kind", "agency", "state", "since", "until")
"""These name nobody, so they may stand in an address."""
_PERSONAL_FIELDS = ("reference", "pnc", "cro", "crn", "noms", "case")
_ID_MIN = 4


@dataclass(frozen=True, slots=True)
class _Asked:
    wanted: MessageCriteria
    problems: tuple[Problem, ...]


def add_to(console: FastAPI) -> None:
    console.add_api_route("/messages", listed, methods=["GET"], response_class=Response)
    console.add_api_route("/messages", search, methods=["POST"], response_class=Response)
    console.add_api_route("/messages/older", older, methods=["POST"], response_class=Response)


def listed(visit: Reader) -> Response:
    query = visit.request.query_params
    return _page(visit, Form({name: query[name] for name in (*_OPEN_FIELDS, "after") if name in query}))


def search(visit: Reader, form: Typed) -> Response:
    """What names nobody becomes an address that can be kept. The rest is answered at once."""
    if any(form.text(name) for name in _PERSONAL_FIELDS):
        return _page(visit, form)
    given = {name: form.text(name) for name in _OPEN_FIELDS if form.text(name)}
    return to(f"/messages{f'?{urlencode(given)}' if given else ''}")


def older(visit: Reader, form: Typed) -> Response:
    """The next page of a list."""
    return _page(visit, form)


def _page(visit: Visit, form: Form) -> Response:
    asked = _asked(visit, form)
    page = MessagePage((), None) if asked.problems else visit.hub.messages.search(asked.wanted, _place(form))
    return visit.listed(
        "messages/messages.html",
        "Messages",
        _listing(page),
        asked=form,
        again=Again(asked.problems, form) if asked.problems else None,
        next=_written(page.next) if page.next else None,
        kept={name: form.text(name) for name in (*_OPEN_FIELDS, *_PERSONAL_FIELDS) if form.text(name)},
        csv=_csv_address(form),
        kinds=visit.hub.knowledge.catalogue.names(),
        states=list(dict.fromkeys(map(str, (*MessageState, *DeliveryState)))),
    )


def _asked(visit: Visit, form: Form) -> _Asked:
    problems: list[Problem] = []
    begins = form.text("id").lower()
    if begins and (len(begins) < _ID_MIN or not set(begins) <= set("0123456789abcdef-")):
        problems.append(_wrong("id", "that is not the beginning of an id", f"type at least {_ID_MIN} characters of it"))
    agency = _agency(visit, form.text("agency"), problems)
    kind = form.text("kind") or None
    kinds = visit.hub.knowledge.catalogue.names()
    if kind is not None and kind not in kinds:
        problems.append(_wrong("kind", "there is no such kind", did_you_mean(kind, kinds)))
    since, until = _day(form, "since", problems), _day(form, "until", problems)
    wanted = MessageCriteria(
        id_begins=begins or None,
        reference=form.text("reference") or None,
        kind=kind,
        agency=agency,
        state=_state(form.text("state"), problems),
        since=_midnight(since),
        until=_midnight(until + timedelta(days=1)) if until else None,
        about=_about(visit, form, problems) if not problems else (),
    )
    return _Asked(wanted, tuple(problems))


def _agency(visit: Visit, typed: str, problems: list[Problem]) -> str | None:
    if not typed:
        return None
    agencies = visit.hub.wiring.agencies
    found = agencies.resolve(typed)
    if found is None:
        cure = did_you_mean(typed, agencies.by_id) or "see the list of agencies for its id"
        problems.append(_wrong("agency", "there is no such agency", cure))
    return found.id if found else None


def _state(typed: str, problems: list[Problem]) -> MessageState | DeliveryState | None:
    if not typed:
        return None
    for states in (MessageState, DeliveryState):
        if typed in list(states):
            return states(typed)
    problems.append(_wrong("state", "there is no such state", "choose one of the list"))
    return None


def _day(form: Form, name: str, problems: list[Problem]) -> date | None:
    typed = form.text(name)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        problems.append(_wrong(name, "that is not a day", "write it like 2026-03-27"))
        return None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), LONDON) if day else None


def _about(visit: Visit, form: Form, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    given = {name: form.text(name) for name in ("pnc", "cro", "crn", "noms", "case") if form.text(name)}
    if not given:
        return ()
    try:
        return visit.hub.end_of_life.subject_keys(Given(**given).wanted())
    except WantedUnclear as unclear:
        problems.append(Problem(unclear.code, next(iter(given)), unclear.problem, unclear.cure))
        return ()


def _wrong(name: str, problem: str, cure: str) -> Problem:
    return Problem("request.invalid", name, problem, cure)


def _place(form: Form) -> ListPlace | None:
    """Where the page begins; the first page if the place cannot be read."""
    at, _, id = form.text("after").partition("|")
    try:
        return ListPlace(datetime.fromisoformat(at), UUID(id))
    except ValueError:
        return None


def _written(place: ListPlace) -> str:
    return f"{place.accepted_at.isoformat()}|{place.id}"


def _csv_address(form: Form) -> str | None:
    """None for a search by personal data, because an address would carry it."""
    if any(form.text(name) for name in _PERSONAL_FIELDS):
        return None
    given: Mapping[str, str] = {name: form.text(name) for name in (*_OPEN_FIELDS, "after") if form.text(name)}
    return f"{HOME}/messages?{urlencode({**given, 'format': 'csv'})}"


def _listing(page: MessagePage) -> Listing:
    rows = [
        (
            local(each.accepted_at),
            ListCell(words(each.kind), f"{HOME}/messages/{each.id}"),
            each.sender,
            ListCell(each.reference or "", breaks=True),
            ListCell(words(each.state), colour=state_colour(each.state)),
            "; ".join(f"{to_.recipient}: {words(to_.state)}" for to_ in each.deliveries) or "nobody",
            ListCell(str(each.id)[:8], f"{HOME}/messages/{each.id}"),
        )
        for each in page.messages
    ]
    columns = ("Accepted", "Kind", "From", "Reference", "State", "To", "Id")
    return listing("Messages, the newest first", columns, rows, "No message was found.")
