"""Answers that are not a yes, as problem+json (RFC 9457): a stable code, the place, the cause and the cure."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hub.errors import Failure
from schemas.problem import Problem

_RETRY_AFTER_SECONDS = "5"


def problem_response(status: int, code: str, detail: str, problems: Sequence[Problem] = ()) -> JSONResponse:
    headers = {"Retry-After": _RETRY_AFTER_SECONDS} if status in (429, 503) else {}
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
        return problem_response(error.status, error.code, error.problem, [error.as_problem()])

    def http(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        return problem_response(error.status_code, f"http.{error.status_code}", str(error.detail))

    def unexpected(_: Request, __: Exception) -> JSONResponse:
        return problem_response(
            500, "internal.unexpected", "something went wrong in the exchange; nothing was accepted, send it again"
        )

    app.add_exception_handler(Failure, failure)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)
