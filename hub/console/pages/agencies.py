"""Agencies: the state of each as a partner, what waits for it, its keys, and pausing it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import state_colour, words
from hub.errors import Failure
from hub.exchange.partners.availability import WELL, PartnerState, PartnerView
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.store.overview.searching import MessageCriteria
from schemas.problem import Refused

_Pausing = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.PAUSE_PARTNERS))]
_LAST = 10


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "", listed),
        ("GET", "/{agency_id}", one),
        ("POST", "/{agency_id}/pause", pause),
        ("POST", "/{agency_id}/resume", resume),
        ("POST", "/{agency_id}/test", test),
    ):
        console.add_api_route(f"/agencies{path}", route, methods=[method], response_class=Response)


def listed(visit: Reader) -> Response:
    query = visit.request.query_params
    only, role, name = query.get("only", ""), query.get("role", ""), query.get("name", "").strip()
    partners = {each["recipient"]: each for each in visit.hub.partners.listed()}
    known = visit.hub.wiring.agencies.by_id.values()
    shown = [
        each
        for each in sorted(known, key=lambda one: one.name)
        if (not role or each.role == role)
        and name.casefold() in f"{each.id} {each.name}".casefold()
        and (only != "trouble" or _in_trouble(partners.get(each.id)))
    ]
    given = {key: value for key, value in (("only", only), ("role", role), ("name", name)) if value}
    return visit.listed(
        "agencies/agencies.html",
        "Agencies",
        _listing(visit, shown, partners),
        only=only,
        role=role,
        name=name,
        roles=list(AgencyRole),
        csv=f"{HOME}/agencies?{urlencode({**given, 'format': 'csv'})}",
    )


def _in_trouble(partner: PartnerView | None) -> bool:
    return partner is not None and partner["state"] not in WELL


def _listing(visit: Visit, agencies: Sequence[Agency], partners: dict[str, PartnerView]) -> Listing:
    rows = []
    for each in agencies:
        partner = partners.get(each.id)
        state = _state(visit, each.id, partner)
        rows.append(
            (
                ListCell(each.name, f"{HOME}/agencies/{each.id}"),
                words(each.role),
                ListCell(words(state), colour=state_colour(state)),
                partner["waiting"] if partner else 0,
                partner["in_mailbox"] if partner else 0,
                (partner["paused_because"] or partner["why"] or "") if partner else "",
            )
        )
    columns = ("Agency", "Role", "State", "Deliveries waiting", "In its mailbox", "Why")
    return listing("Agencies", columns, rows, "There is no such agency.")


def _state(visit: Visit, agency: str, partner: PartnerView | None) -> str:
    """An agency that has no endpoint answers nothing, and neither does one that fetches."""
    if partner is not None and partner["state"] != PartnerState.ANSWERING:
        return partner["state"]
    ways = visit.hub.wiring.endpoints.current().of(agency)
    if not ways:
        return PartnerState.NO_ENDPOINT
    transports = visit.hub.wiring.adapters.transports
    fetches = all(transports[each.transport].capabilities.pull for each in ways)
    return PartnerState.FETCHES if fetches else PartnerState.ANSWERING


def _named(visit: Visit, agency_id: str) -> Agency:
    """Raises ValueUnusable if there is none."""
    return visit.hub.wiring.agencies.named(agency_id)


def one(visit: Reader, agency_id: str) -> Response:
    return _one_page(visit, agency_id)


def _one_page(visit: Visit, agency_id: str, again: Again | None = None) -> Response:
    hub, agency = visit.hub, _named(visit, agency_id)
    partner = next((each for each in hub.partners.listed() if each["recipient"] == agency.id), None)
    newest = hub.messages.search(MessageCriteria(agency=agency.id), limit=_LAST)
    clocks = [each for each in hub.deadlines.listed() if agency.id in (each["owner"], each["toward"])]
    return visit.page(
        "agencies/agency.html",
        agency.name,
        agency=agency,
        partner=partner,
        state=_state(visit, agency.id, partner),
        endpoints=hub.wiring.endpoints.current().of(agency.id),
        keys=_keys(visit, agency.id, hub.clock.now()),
        clocks=len(clocks),
        late=sum(each["overdue"] for each in clocks),
        newest=listing(
            "The last messages from it or to it",
            ("Accepted", "Kind", "From", "State"),
            [
                (
                    local(each.accepted_at),
                    ListCell(words(each.kind), f"{HOME}/messages/{each.id}"),
                    each.sender,
                    ListCell(words(each.state), colour=state_colour(each.state)),
                )
                for each in newest.messages
            ],
            "Nothing has come from it or gone to it.",
        ),
        may_pause=visit.may(Right.PAUSE_PARTNERS),
        again=again,
    )


def _keys(visit: Visit, agency: str, now: datetime) -> Listing:
    found = [("key", str(each.id), each) for each in visit.hub.access.keys(agency)]
    certificates = [("certificate", each.thumbprint[:16], each) for each in visit.hub.certificates.listed(agency)]
    rows = [
        (
            what,
            name[:16],
            ListCell("valid" if each.is_valid(now) else "not valid", colour="green" if each.is_valid(now) else "red"),
            local(each.expires_at),
        )
        for what, name, each in (*found, *certificates)
    ]
    return listing("Keys and certificates", ("Type", "Id", "State", "Ends"), rows, "It has no key and no certificate.")


def pause(visit: _Pausing, agency_id: str, form: Typed) -> Response:
    agency = _named(visit, agency_id)
    try:
        visit.hub.partners.pause(agency.id, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        problems = [replace(each, where="reason") for each in refused.problems]
        return _one_page(visit, agency_id, again=Again(problems, form))
    return to(f"/agencies/{agency.id}", "paused")


def resume(visit: _Pausing, agency_id: str, form: Typed) -> Response:
    agency = _named(visit, agency_id)
    try:
        visit.hub.partners.resume(agency.id, visit.person.name)
    except (Failure, Refused) as refused:
        return _one_page(visit, agency_id, again=Again(refused.problems))
    return to(f"/agencies/{agency.id}", "resumed")


def test(visit: _Pausing, agency_id: str, form: Typed) -> Response:
    """A test message. Its page shows what became of it."""
    agency = _named(visit, agency_id)
    try:
        message = visit.hub.connection_tests.send(agency.id, visit.person.name)
    except (Failure, Refused) as refused:
        return _one_page(visit, agency_id, again=Again(refused.problems, place="test"))
    return to(f"/messages/{message}", "tested")
