"""Sign in at the provider of one's own organisation, and come back signed in."""

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from hub.bootstrap import Hub
from hub.console.openid import Begun, ElsewhereFailed, Provider
from hub.console.pages.entering.signing_in import inside, sign_in_page
from hub.console.rendering import STRICT_HEADERS
from hub.console.session_cookie import begun_elsewhere, forget_begun, keep_begun, keep_session
from hub.console.visit import HOME
from hub.errors import Failure, LoginRefused, NotFound
from schemas.problem import Problem


def add_to(console: FastAPI) -> None:
    console.add_api_route("/sign-in/elsewhere", begin, methods=["GET"], response_class=Response)
    console.add_api_route("/sign-in/back", back, methods=["GET"], response_class=Response)


def begin(request: Request) -> Response:
    begun = Begun.new(inside(request.query_params.get("next", "")))
    try:
        answer = RedirectResponse(_provider(request).address(begun), 303, STRICT_HEADERS)
    except ElsewhereFailed as failed:
        return sign_in_page(request, errors=failed.problems, status=failed.status)
    keep_begun(answer, begun.as_cookie())
    return answer


def back(request: Request) -> Response:
    """The provider sends the browser here. The session is a new one, so nobody can choose it for somebody else."""
    hub: Hub = request.app.state.hub
    hub.standstill.refuse()
    provider = _provider(request)
    try:
        begun = Begun.of(begun_elsewhere(request))
        name = provider.name(begun, request.query_params)
        opened = hub.staff.sessions.open_known(name)
    except LoginRefused as refused:
        problem = Problem(
            refused.code,
            "",
            "you have no account here that this sign-in opens",
            "ask a person who manages people; with a second factor of this exchange, sign in below",
        )
        page = sign_in_page(request, errors=(problem,), status=refused.status)
    except Failure as failed:
        page = sign_in_page(request, errors=failed.problems, status=failed.status)
    else:
        page = RedirectResponse(f"{HOME}{inside(HOME + begun.back)}", 303, STRICT_HEADERS)
        keep_session(page, opened.token)
    forget_begun(page)
    return page


def _provider(request: Request) -> Provider:
    """Raises NotFound where none is set."""
    settings = request.app.state.hub.settings
    if settings.openid_issuer is None:
        raise NotFound("there is no other way to sign in here", f"sign in with a password: {HOME}/sign-in")
    address = settings.public_url or str(request.base_url).removesuffix("/").removesuffix(HOME)
    return Provider(settings, f"{address}{HOME}/sign-in/back")
