"""Answers that are not a yes, as problem+json (RFC 9457): a stable code, the place, the cause and the cure."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hub.errors import Failure
from schemas.problem import Problem

RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {"application/problem+json": {}}}
    for status, words in {
        401: "The assertion is missing, not signed by a known key, expired, or used before.",
        404: "There is no such message, or you may not know of it.",
        408: "The body did not come in time.",
        409: "It contradicts what was accepted before.",
        413: "The body is too large.",
        415: "The body is compressed in a way that is not taken.",
        422: "Nothing of the document could be accepted; `problems` say why.",
        429: "Too many calls, or too many messages on their way; Retry-After says when to come back.",
        503: "The exchange cannot keep anything just now; nothing was accepted.",
    }.items()
}


def problem_response(
    status: int, code: str, detail: str, problems: Sequence[Problem] = (), retry_after_seconds: int = 5
) -> JSONResponse:
    headers = {"Retry-After": str(retry_after_seconds)} if status in (429, 503) else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "problems": [problem.as_dict() for problem in problems],
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer_failures(app: FastAPI) -> None:
    """No traceback and no internals reach a caller: every failure is told in its own words, or in none."""

    def failure(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, Failure):
            raise error
        return _failed(error)

    def http(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        if isinstance(error.__cause__, Failure):  # of the body, which FastAPI reads before anything of ours
            return _failed(error.__cause__)
        return problem_response(error.status_code, f"http.{error.status_code}", str(error.detail))

    def misused(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        problems = [_misuse(line) for line in error.errors()]
        return problem_response(422, "request.invalid", "the request is not as it must be", problems)

    def unexpected(_: Request, __: Exception) -> JSONResponse:
        return problem_response(
            500, "internal.unexpected", "something went wrong in the exchange; nothing was accepted, send it again"
        )

    app.add_exception_handler(Failure, failure)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, misused)
    app.add_exception_handler(Exception, unexpected)


def _failed(failure: Failure) -> JSONResponse:
    return problem_response(
        failure.status, failure.code, failure.problem, [failure.as_problem()], failure.retry_after_seconds
    )


def _misuse(line: dict[str, Any]) -> Problem:
    """Never with the value: it may be anything."""
    where = ".".join(str(step) for step in line["loc"])
    return Problem("request.invalid", where, str(line["msg"]), "see the description at /openapi.json")
