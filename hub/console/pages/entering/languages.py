"""The switch from one language to the other: a link, which leads back to the page on which it stood."""

import re
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from hub.console.language import keep_language, language_named
from hub.console.rendering import STRICT_HEADERS
from hub.console.visit import HOME
from hub.errors import NotFound

_PATH = re.compile(rf"{HOME}(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*/?")


def add_to(console: FastAPI) -> None:
    console.add_api_route("/language/{code}", choose, methods=["GET"], response_class=Response)


def choose(request: Request, code: str) -> Response:
    """Raises NotFound."""
    language = language_named(code)
    if language is None:
        raise NotFound("the console does not speak that language", "choose English or Cymraeg at the top of a page")
    answer = RedirectResponse(_back(request.query_params.get("next", "")), 303, STRICT_HEADERS)
    keep_language(answer, language)
    return answer


def _back(wanted: str) -> str:
    """A page of the console with what was asked of it, and never another place."""
    path, _, query = wanted.partition("?")
    if _PATH.fullmatch(path) is None:
        return f"{HOME}/"
    return f"{path}?{urlencode(parse_qsl(query))}" if query else path
