"""People: the accounts of the hub's own people, and what each may do."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import GRANTED_INDIVIDUALLY, Right, StaffRole
from hub.bootstrap import Hub
from hub.console.forms import Form
from hub.console.listing import ListCell, listing
from hub.console.moments import local_day
from hub.console.visit import HOME, Again, Typed, Visit, to, visitor
from hub.console.words import words
from hub.errors import Failure, NotFound
from hub.store.access.accounts import Account
from schemas.problem import Refused

_Managing = Annotated[Visit, Depends(visitor(Right.MANAGE_PEOPLE))]


def add_to(console: FastAPI) -> None:
    for method, path, route in (
        ("GET", "", listed),
        ("POST", "", add),
        ("GET", "/{name}", one),
        ("POST", "/{name}/{change}", change_account),
    ):
        console.add_api_route(f"/people{path}", route, methods=[method], response_class=Response)


def listed(visit: _Managing) -> Response:
    return _list_page(visit)


def _state(visit: Visit, account: Account) -> str:
    if account.disabled_at:
        return "disabled"
    return "expired" if account.expires_at <= visit.hub.clock.now() else "active"


def _list_page(visit: Visit, again: Again | None = None) -> Response:
    rows = [
        (
            ListCell(each.name, f"{HOME}/people/{each.name}"),
            ", ".join(map(words, each.roles)),
            ", ".join(map(words, each.rights)),
            ListCell(_state(visit, each), colour="green" if _state(visit, each) == "active" else "grey"),
            local_day(each.expires_at),
        )
        for each in visit.hub.staff.accounts.listed()
    ]
    columns = ("Name", "Roles", "Rights given apart", "State", "Until")
    return visit.listed(
        "people/people.html",
        "People",
        listing("Accounts", columns, rows, "There is no account."),
        roles=list(StaffRole),
        apart=sorted(GRANTED_INDIVIDUALLY),
        csv=f"{HOME}/people?format=csv",
        again=again,
    )


def _roles(form: Form) -> list[StaffRole]:
    return [StaffRole(each) for each in form.chosen("role-") if each in list(StaffRole)]


def _rights(form: Form) -> list[Right]:
    return [Right(each) for each in form.chosen("right-") if each in list(Right)]


def add(visit: _Managing, form: Typed) -> Response:
    try:
        visit.hub.staff.accounts.add(
            form.text("name"), _roles(form), _rights(form), form.raw("password"), visit.person.name
        )
    except (Failure, Refused) as refused:
        return _list_page(visit, again=Again(refused.problems, form, "name"))
    return to("/people", "added")


def one(visit: _Managing, name: str) -> Response:
    return _one_page(visit, name)


def _one_page(visit: Visit, name: str, again: Again | None = None) -> Response:
    account = next((each for each in visit.hub.staff.accounts.listed() if each.name == name), None)
    if account is None:
        raise NotFound("there is no account with that name", "choose one of the list")
    return visit.page(
        "people/person.html",
        "Account",
        account=account,
        state=_state(visit, account),
        roles=list(StaffRole),
        apart=sorted(GRANTED_INDIVIDUALLY),
        again=again,
    )


def _set_roles(hub: Hub, name: str, form: Form, by: str) -> None:
    hub.staff.accounts.set_roles(name, _roles(form), _rights(form), by)


def _set_password(hub: Hub, name: str, form: Form, by: str) -> None:
    hub.staff.accounts.set_password(name, form.raw("password"), by)


def _disable(hub: Hub, name: str, form: Form, by: str) -> None:
    hub.staff.accounts.disable(name, by)


def _enable(hub: Hub, name: str, form: Form, by: str) -> None:
    hub.staff.accounts.enable(name, by)


_CHANGES: dict[str, Callable[[Hub, str, Form, str], None]] = {
    "roles": _set_roles,
    "password": _set_password,
    "disable": _disable,
    "enable": _enable,
}


def change_account(visit: _Managing, name: str, change: str, form: Typed) -> Response:
    act = _CHANGES.get(change)
    if act is None:
        raise NotFound("there is no such change", "use the page and its button")
    try:
        act(visit.hub, name, form, visit.person.name)
    except (Failure, Refused) as refused:
        return _one_page(visit, name, again=Again(refused.problems, form))
    return to(f"/people/{name}", "changed")
