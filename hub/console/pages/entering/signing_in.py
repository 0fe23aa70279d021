"""Sign in, sign out, and choose a password of one's own."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from hub.bootstrap import Hub
from hub.console.forms import FORM_TOKEN, Form, FormRefused, read_form
from hub.console.language import language_of
from hub.console.rendering import STRICT_HEADERS, rendered
from hub.console.session_cookie import (
    before_token,
    end_session,
    form_token,
    given_before,
    is_form_token,
    keep_before,
    keep_session,
    session_token,
)
from hub.console.visit import HOME, NAVIGATION, Again, Typed, Visit, around, visitor
from hub.errors import Failure
from schemas.problem import Problem, Refused

_SomebodyVisit = Annotated[Visit, Depends(visitor(changing_password=True))]


def add_to(console: FastAPI) -> None:
    console.add_api_route("/", home, methods=["GET"], response_class=Response)
    console.add_api_route("/sign-in", ask, methods=["GET"], response_class=Response)
    console.add_api_route("/sign-in", sign_in, methods=["POST"], response_class=Response)
    console.add_api_route("/sign-out", sign_out, methods=["POST"], response_class=Response)
    console.add_api_route("/password", ask_password, methods=["GET"], response_class=Response)
    console.add_api_route("/password", change_password, methods=["POST"], response_class=Response)


def home(visit: Annotated[Visit, Depends(visitor())]) -> Response:
    """The first section that this person may see."""
    first = next((each.path for each in NAVIGATION if each.rights <= visit.person.rights), "/password")
    return RedirectResponse(f"{HOME}{first}", 303, STRICT_HEADERS)


def ask(request: Request) -> Response:
    return sign_in_page(request, Form({"next": request.query_params.get("next", "")}))


async def _form_before(request: Request) -> Form:
    form = await read_form(request)
    if not is_form_token(form.text(FORM_TOKEN), given_before(request)):
        raise FormRefused("console.old_form", "this page was open for too long", "open it again, and sign in")
    return form


def sign_in(request: Request, form: Annotated[Form, Depends(_form_before)]) -> Response:
    hub: Hub = request.app.state.hub
    hub.standstill.refuse()
    address = request.client.host if request.client else "unknown"
    try:
        opened = hub.staff.sessions.open(form.text("name"), form.raw("password"), address, form.text("code"))
    except Failure as refused:
        return sign_in_page(request, form, refused.problems, refused.status)
    where = "/password" if opened.person.must_change_password else inside(form.text("next"))
    answer = RedirectResponse(f"{HOME}{where}", 303, STRICT_HEADERS)
    keep_session(answer, opened.token)
    return answer


def sign_in_page(
    request: Request, form: Form | None = None, errors: Sequence[Problem] = (), status: int = 200
) -> Response:
    given = form or Form({})
    secret = before_token(request)
    language = language_of(request)
    known = {
        **around(request),
        "title": language.say("Sign in"),
        "typed": Form({"name": given.text("name"), "next": given.text("next")}),
        "errors": errors,
        "form_token": form_token(secret),
        "navigation": [],
        "elsewhere": request.app.state.hub.settings.openid_issuer is not None,
    }
    page = rendered("people/sign_in.html", known, status, language)
    keep_before(page, secret)
    return page


def inside(wanted: str) -> str:
    """A page of the console to go on to, and never another place."""
    path = wanted.removeprefix(HOME)
    known = wanted.startswith(f"{HOME}/") and path.replace("/", "").replace("-", "").replace("_", "").isalnum()
    return path if known and not path.startswith("/sign-in") else "/"


def sign_out(request: Request, visit: _SomebodyVisit, form: Typed) -> Response:
    visit.hub.staff.sessions.end(session_token(request) or "")
    answer = RedirectResponse(f"{HOME}/sign-in", 303, STRICT_HEADERS)
    end_session(answer)
    return answer


def ask_password(visit: _SomebodyVisit) -> Response:
    return visit.page("people/password.html", visit.say("Choose a password"))


def change_password(request: Request, visit: _SomebodyVisit, form: Typed) -> Response:
    address = request.client.host if request.client else "unknown"
    try:
        if form.raw("new") != form.raw("again"):
            raise Refused(Problem("console.not_the_same", "again", "the two new passwords differ", "type it again"))
        visit.hub.staff.accounts.change_own_password(visit.person.name, form.raw("old"), form.raw("new"), address)
    except (Failure, Refused) as refused:
        return visit.page("people/password.html", visit.say("Choose a password"), again=Again(refused.problems))
    answer = RedirectResponse(f"{HOME}/sign-in", 303, STRICT_HEADERS)
    end_session(answer)
    return answer
