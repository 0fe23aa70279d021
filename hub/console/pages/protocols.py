"""Protocols: who may have what, on what basis; the versions side by side; proposing and approving."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local, local_day
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import state_colour, words
from hub.deadlines.london import LONDON
from hub.errors import Failure, NotFound
from hub.lifecycle import VersionState
from hub.sharing.agreed.matrix import changed_conditions, changes, matrix
from hub.sharing.terms.grants import Action
from hub.sharing.terms.protocols import SharingProtocol
from hub.store.sharing.protocols import KeptVersion
from schemas.problem import Problem, Refused

_Proposing = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.PROPOSE_PROTOCOLS))]
_Approving = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.APPROVE_PROTOCOLS))]


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "/protocols", listed),
        ("GET", "/matrix", who_gets_what),
        ("POST", "/protocols", propose),
        ("GET", "/protocols/{protocol}", one),
        ("GET", "/proposals/{version_id}", proposal),
        ("POST", "/proposals/{version_id}/approve", approve),
        ("POST", "/proposals/{version_id}/reject", reject),
    ):
        console.add_api_route(path, route, methods=[method], response_class=Response)


def listed(visit: Reader) -> Response:
    return _list_page(visit)


def _list_page(visit: Visit, again: Again | None = None) -> Response:
    registry, today = visit.hub.protocols.live.current(), visit.hub.clock.now().astimezone(LONDON).date()
    rows = [
        (
            ListCell(each.title, f"{HOME}/protocols/{each.id}"),
            str(each.version),
            ListCell(
                "in force" if registry.in_force(each, today) else "not in force",
                colour="green" if registry.in_force(each, today) else "grey",
            ),
            local_day(each.starts.isoformat()),
            local_day(each.expires.isoformat()),
            local_day(each.review.isoformat()),
            f"{(each.expires - today).days:,} days",
        )
        for each in sorted(registry.protocols, key=lambda one: (one.title, one.version))
    ]
    columns = ("Protocol", "Version", "State", "Starts", "Ends", "Review", "Time left")
    waiting = [each for each in visit.hub.protocols.versions() if each.state is VersionState.PROPOSED]
    return visit.listed(
        "protocols/protocols.html",
        "Protocols",
        listing("Agreed versions", columns, rows, "No protocol is agreed."),
        proposals=_versions(waiting, "Proposals that wait for another person"),
        may_propose=visit.may(Right.PROPOSE_PROTOCOLS),
        csv=f"{HOME}/protocols?format=csv",
        again=again,
    )


def _versions(found: Sequence[KeptVersion], caption: str) -> Listing:
    rows = [
        (
            ListCell(f"{each.protocol} version {each.version}", f"{HOME}/proposals/{each.id}"),
            ListCell(words(each.state), colour=state_colour(each.state)),
            each.proposed_by or "the first registry",
            local(each.proposed_at),
            each.decided_by or "",
            each.reason or "",
        )
        for each in found
    ]
    columns = ("Version", "State", "Proposed by", "Proposed", "Decided by", "Reason")
    return listing(caption, columns, rows, "There is none.")


def one(visit: Reader, protocol: str) -> Response:
    registry, today = visit.hub.protocols.live.current(), visit.hub.clock.now().astimezone(LONDON).date()
    agreed = sorted((p for p in registry.protocols if p.id == protocol), key=lambda each: -each.version)
    if not agreed:
        raise NotFound("there is no such protocol", "choose one of the list")
    return visit.page(
        "protocols/protocol.html",
        agreed[0].title,
        protocol=agreed[0],
        in_force=registry.in_force(agreed[0], today),
        versions=_versions(visit.hub.protocols.versions(protocol), "Versions"),
    )


def who_gets_what(visit: Reader) -> Response:
    agency_id = visit.request.query_params.get("agency", "")
    agency = visit.hub.wiring.agencies.get(agency_id)
    registry, today = visit.hub.protocols.live.current(), visit.hub.clock.now().astimezone(LONDON).date()
    in_force = tuple(each for each in registry.protocols if registry.in_force(each, today))
    about = {agency.id, agency.role, f"role:{agency.role}"} if agency else set()
    rows: list[tuple[ListCell | str, ...]] = [
        (
            cell.sender,
            cell.recipient,
            words(cell.kind),
            *(str(cell.fields.get(action, 0)) for action in Action),
            "; ".join(cell.conditions),
            ListCell(f"{cell.protocol} v{cell.version}", f"{HOME}/protocols/{cell.protocol}"),
        )
        for cell in matrix(in_force, visit.hub.knowledge.catalogue)
        if not agency or {cell.sender, cell.recipient} & about
    ]
    columns = ("From", "To", "Kind", *(words(action).capitalize() for action in Action), "Conditions", "Protocol")
    title = f"What {agency.name} may get and send" if agency else "Who gets what"
    return visit.listed(
        "protocols/matrix.html",
        title,
        listing("How many fields of each kind", columns, rows, "No protocol lets anything be sent."),
        csv=f"{HOME}/matrix?{urlencode({'agency': agency_id, 'format': 'csv'})}",
    )


def _version(visit: Visit, version_id: UUID) -> KeptVersion:
    found = next((each for each in visit.hub.protocols.versions() if each.id == version_id), None)
    if found is None:
        raise NotFound("there is no such version", "choose one of the list")
    return found


def proposal(visit: Reader, version_id: UUID) -> Response:
    return _proposal_page(visit, version_id)


def _proposal_page(visit: Visit, version_id: UUID, again: Again | None = None) -> Response:
    kept = _version(visit, version_id)
    new = visit.hub.protocols.read(kept).protocol
    former = _former(visit, new)
    may_decide = kept.state is VersionState.PROPOSED
    return visit.page(
        "protocols/proposal.html",
        f"{new.title}, version {new.version}",
        version=kept,
        protocol=new,
        former=former,
        changed=_changed(visit, former, new) if former else None,
        conditions=_changed_conditions(visit, former, new) if former else None,
        seen=visit.hub.approving.seen(kept.id) if may_decide else None,
        may_approve=may_decide and visit.may(Right.APPROVE_PROTOCOLS),
        may_reject=may_decide and (visit.may(Right.APPROVE_PROTOCOLS) or kept.proposed_by == visit.person.name),
        again=again,
    )


def _former(visit: Visit, new: SharingProtocol) -> SharingProtocol | None:
    """The newest agreed version before this one."""
    earlier = [each for each in visit.hub.protocols.live.current().protocols if new.replaces(each)]
    return max(earlier, key=lambda each: each.version, default=None)


def _changed(visit: Visit, former: SharingProtocol, new: SharingProtocol) -> Listing:
    rows = [
        (each.sender, each.recipient, words(each.kind), each.path, words(each.before), words(each.after))
        for each in changes(former, new, visit.hub.knowledge.catalogue)
    ]
    columns = ("From", "To", "Kind", "Field", f"Version {former.version}", f"Version {new.version}")
    return listing("Fields that change", columns, rows, "No field is treated in another way.")


def _changed_conditions(visit: Visit, former: SharingProtocol, new: SharingProtocol) -> Listing:
    rows = [
        (sender, recipient, words(kind), "; ".join(before), "; ".join(after))
        for sender, recipient, kind, before, after in changed_conditions(former, new, visit.hub.knowledge.catalogue)
    ]
    columns = ("From", "To", "Kind", f"Version {former.version}", f"Version {new.version}")
    return listing("Conditions that change", columns, rows, "No condition changes.")


def propose(visit: _Proposing, form: Typed) -> Response:
    text = form.raw("text").replace("\r\n", "\n")
    try:
        made = visit.hub.protocols.propose("the proposal", text, visit.person.name)
    except (Failure, Refused) as refused:
        problems = [
            Problem(p.code, "text", f"{p.where}: {p.problem}" if p.where else p.problem, p.cure)
            for p in refused.problems
        ]
        return _list_page(visit, again=Again(problems, form))
    return to(f"/proposals/{made.id}", "proposed")


def approve(visit: _Approving, version_id: UUID, form: Typed) -> Response:
    try:
        visit.hub.protocols.approve(version_id, visit.person.name, form.text("seen"))
    except (Failure, Refused) as refused:
        return _proposal_page(visit, version_id, again=Again(refused.problems))
    return to(f"/proposals/{version_id}", "approved")


def reject(visit: Reader, version_id: UUID, form: Typed) -> Response:
    """Who proposed it may withdraw it; otherwise it needs the right to approve."""
    if _version(visit, version_id).proposed_by != visit.person.name:
        visit.require(Right.APPROVE_PROTOCOLS)
    try:
        if not form.text("reason"):
            raise Refused(Problem("access.reason_missing", "reason", "there is no reason", "say why, and name nobody"))
        visit.hub.protocols.reject(version_id, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        return _proposal_page(visit, version_id, again=Again(refused.problems, form))
    return to(f"/proposals/{version_id}", "rejected")
