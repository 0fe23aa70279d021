"""Bulk work on quarantine: a plan with its preview, which another person approves above a limit."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.forms import Form
from hub.console.listing import ListCell, Listing, listing
from hub.console.pages.quarantine import FIELDS, selection_of
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import state_colour, words
from hub.counting import counted
from hub.errors import Failure
from hub.exchange.repairing.bulk_views import PlanContent
from hub.lifecycle import BulkAction
from schemas.problem import Problem, Refused

_Releasing = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.RELEASE_QUARANTINE))]


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "/bulk", listed),
        ("POST", "/bulk", preview),
        ("POST", "/bulk/plan", plan),
        ("GET", "/bulk/{plan_id}", one),
        ("POST", "/bulk/{plan_id}/approve", approve),
        ("POST", "/bulk/{plan_id}/stop", stop),
    ):
        console.add_api_route(path, route, methods=[method], response_class=Response)


def listed(visit: Reader) -> Response:
    rows = [
        (
            ListCell(f"{words(each['action'])} {each['count']:,}", f"{HOME}/bulk/{each['id']}"),
            ListCell(words(each["state"]), colour=state_colour(each["state"])),
            each["done"],
            each["passed_over"],
            each["planned_by"],
            each["approved_by"] or "",
            each["reason"],
        )
        for each in visit.hub.bulk.listed()
    ]
    columns = ("Plan", "State", "Done", "Passed over", "Planned by", "Approved by", "Reason")
    return visit.listed(
        "quarantine/bulk.html",
        "Bulk work",
        listing("The newest plans", columns, rows, "There is no plan."),
        csv=f"{HOME}/bulk?format=csv",
        may_release=visit.may(Right.RELEASE_QUARANTINE),
    )


def preview(visit: _Releasing, form: Typed) -> Response:
    return _preview_page(visit, form)


def _preview_page(visit: Visit, form: Form, again: Again | None = None) -> Response:
    shown = visit.hub.bulk.preview(selection_of(form))
    rows = [(each["recipient"], words(each["kind"]), each["code"], each["count"]) for each in shown["groups"]]
    return visit.page(
        "quarantine/bulk_preview.html",
        "What the plan would settle",
        preview=shown,
        groups=listing("Deliveries", ("To", "Kind", "Code", "Deliveries"), rows, "Nothing is selected."),
        kept={name: form.text(name) for name in FIELDS if form.text(name)},
        again=again,
    )


def plan(visit: _Releasing, form: Typed) -> Response:
    try:
        if form.text("action") not in list(BulkAction):
            raise Refused(Problem("request.invalid", "action", "you have not said what to do", "choose one"))
        action = BulkAction(form.text("action"))
        made = visit.hub.bulk.plan(action, selection_of(form), visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        return _preview_page(visit, form, Again(refused.problems, form, "reason"))
    return to(f"/bulk/{made['id']}", "planned")


def one(visit: Reader, plan_id: UUID) -> Response:
    return _one_page(visit, plan_id)


def _one_page(visit: Visit, plan_id: UUID, again: Again | None = None) -> Response:
    shown = visit.hub.bulk.show(plan_id)
    return visit.page(
        "quarantine/bulk_plan.html",
        f"Plan to {words(shown['action'])} {counted(shown['count'], 'delivery')}",
        plan=shown,
        groups=_groups(shown),
        may_release=visit.may(Right.RELEASE_QUARANTINE),
        again=again,
    )


def _groups(shown: PlanContent) -> Listing:
    rows = [
        (
            each["recipient"],
            words(each["kind"]),
            ListCell(words(each["state"]), colour=state_colour(each["state"])),
            each["why_code"],
            "yes" if each["passed_over"] else "no",
            each["deliveries"],
        )
        for each in shown["groups"]
    ]
    columns = ("To", "Kind", "State now", "Code", "Passed over", "Deliveries")
    return listing("What it covers", columns, rows, "It covers nothing any more.")


def approve(visit: _Releasing, plan_id: UUID, form: Typed) -> Response:
    try:
        visit.hub.bulk.approve(plan_id, visit.person.name, form.text("seen"))
    except (Failure, Refused) as refused:
        return _one_page(visit, plan_id, again=Again(refused.problems))
    return to(f"/bulk/{plan_id}", "approved")


def stop(visit: _Releasing, plan_id: UUID, form: Typed) -> Response:
    try:
        visit.hub.bulk.stop(plan_id, visit.person.name)
    except (Failure, Refused) as refused:
        return _one_page(visit, plan_id, again=Again(refused.problems))
    return to(f"/bulk/{plan_id}", "stopped")
