"""The answer to a failed request, as problem+json (RFC 9457): a stable code, the place, the cause and the cure."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Route

from hub.errors import Failure
from schemas.codes.registry import problem_type
from schemas.json import JsonObject
from schemas.problem import Problem, problem_details

_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "problems"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": {**_TEXT, "description": "Stable; `type` is the address where it is explained."},
        "detail": _TEXT,
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "where", "problem", "cure"],
                "properties": {"code": _TEXT, "where": _TEXT, "problem": _TEXT, "cure": _TEXT},
            },
        },
    },
}
_WORDS = {
    400: "The request cannot be read as HTTP.",
    401: "The assertion is missing, not signed by a known key, expired, or used before.",
    403: "The certificate is not one of the caller's.",
    404: "There is no such message, or you may not know of it.",
    408: "The body did not arrive in time.",
    409: "The message contradicts one that was accepted before, or the acknowledged message was never fetched.",
    410: "The content was destroyed at the end of its retention time.",
    413: "The body is too large.",
    415: "The exchange does not accept this compression of the body.",
    422: "The request is not valid, repeats a value that may occur only once, has a parameter that the path does not"
    " know, or nothing of the document could be accepted; `problems` say why.",
    429: "Too many calls, or too many messages not yet delivered; Retry-After says when to call again.",
    503: "The exchange cannot store anything at the moment: send the same again; nothing is accepted twice.",
}
_RETRY_AFTER = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer", "minimum": 1}}}
WITH_BODY = (408, 413)
"""The statuses that any path which reads a body may answer."""


def responses(*statuses: int) -> dict[int | str, JsonObject]:
    """The statuses that a route for agencies may answer if it fails, for the OpenAPI document."""
    return open_responses(401, 403, 429, *statuses)


def open_responses(*statuses: int) -> dict[int | str, JsonObject]:
    """The same as `responses`, for a route that anybody may call."""
    return {
        status: {
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
        | ({"headers": _RETRY_AFTER} if status in (429, 503) else {})
        for status in sorted({400, 422, *statuses, 503})
    }


def problem_response(
    status: int,
    code: str,
    detail: str,
    problems: Sequence[Problem] = (),
    retry_after_seconds: int = 5,
    more: Mapping[str, str] | None = None,
) -> JSONResponse:
    headers = dict(more or {})
    if status in (429, 503):
        headers["Retry-After"] = str(retry_after_seconds)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem_details(problem_type(code), status, HTTPStatus(status).phrase, code, detail, problems),
        status,
        headers,
        media_type="application/problem+json",
    )


def answer_failures(app: FastAPI) -> None:
    """Callers see no traceback and no internals. Every failure is answered in its own words, or with a general text."""

    def failure(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, Failure):
            raise error
        return _failed(error)

    def http(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        if isinstance(error.__cause__, Failure):  # It comes from the body, which FastAPI reads before any code of ours.
            return _failed(error.__cause__)
        more = {"Allow": _allowed(request)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
        return problem_response(error.status_code, f"http.{error.status_code}", str(error.detail), more=more)

    def misused(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        problems = [_misuse(line) for line in error.errors()]
        return problem_response(422, "request.invalid", "the request is not valid", problems)

    def unexpected(_: Request, __: Exception) -> JSONResponse:
        return problem_response(
            500,
            "internal.unexpected",
            "something went wrong in the exchange; send the same again: nothing is accepted twice",
        )

    app.add_exception_handler(Failure, failure)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, misused)
    app.add_exception_handler(Exception, unexpected)


def _allowed(request: Request) -> str:
    """The methods of all routes of this path. The route that refused knows only its own methods."""
    path = request.scope["path"]
    routes = (route for route in request.app.routes if isinstance(route, Route) and route.path_regex.fullmatch(path))
    return ", ".join(sorted({method for route in routes for method in route.methods or ()}))


def _failed(failure: Failure) -> JSONResponse:
    return problem_response(
        failure.status, failure.code, failure.problem, [failure.as_problem()], failure.retry_after_seconds
    )


def _misuse(line: JsonObject) -> Problem:
    """The value is never repeated, because it may be anything."""
    where = ".".join(str(step) for step in line["loc"])
    return Problem("request.invalid", where, str(line["msg"]), "see the description at /openapi.json")
