"""The console as a part of the API: its pages, its style sheets, and how it says that something failed."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from hub.bootstrap import Hub
from hub.console.language import language_of
from hub.console.pages import add_pages
from hub.console.rendering import STRICT_HEADERS, rendered
from hub.console.visit import HOME, around, sign_in_address
from hub.errors import Failure, NotLoggedIn, PasswordToChange
from schemas.problem import Explained, Problem

_STYLES = "govuk-frontend.css"


def add_console(app: FastAPI, hub: Hub) -> None:
    console = FastAPI(title="Console", openapi_url=None, docs_url=None, redoc_url=None)
    console.state.hub = hub
    add_pages(console)
    folder = Path(str(files("hub.console") / "static"))
    if not (folder / _STYLES).is_file():
        hub.wiring.log.warning("console.no_style_sheet", cure="install the exchange again where npm can be reached")
    console.mount("/static", StaticFiles(directory=folder))
    _answer_failures(console)
    app.mount(HOME, console)


def _answer_failures(console: FastAPI) -> None:
    def failure(request: Request, error: Exception) -> Response:
        if isinstance(error, NotLoggedIn):
            return RedirectResponse(sign_in_address(request), 303, STRICT_HEADERS)
        if isinstance(error, PasswordToChange):
            return RedirectResponse(f"{HOME}/password", 303, STRICT_HEADERS)
        if not isinstance(error, Explained):
            raise error
        return failed_page(request, error.problems[0], error.status if isinstance(error, Failure) else 422)

    def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return failed_page(request, _HTTP.get(error.status_code, _OTHER), error.status_code)

    def misused(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return failed_page(request, _MISUSED, 422)

    def unexpected(request: Request, __: Exception) -> Response:
        return failed_page(request, _OTHER, 500)

    console.add_exception_handler(Explained, failure)
    console.add_exception_handler(HTTPException, http)
    console.add_exception_handler(RequestValidationError, misused)
    console.add_exception_handler(Exception, unexpected)


_HTTP = {
    404: Problem("http.404", "", "there is no such page", "check the address, or begin at Today"),
    405: Problem("http.405", "", "this page cannot be used like that", "use the page and its button"),
}
_MISUSED = Problem("request.invalid", "", "something in the address is not valid", "begin at Today")
_OTHER = Problem("internal.unexpected", "", "something went wrong in the exchange", "try again in a minute")


def failed_page(request: Request, problem: Problem, status: int) -> Response:
    language = language_of(request)
    known = {**around(request), "title": language.say("That did not work"), "problem": problem, "navigation": []}
    return rendered("failed.html", known, status, language)
