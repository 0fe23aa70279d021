"""Answers for callers that speak HTTP and JSON."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from adapters.calls import Declined, Outcome, Said
from schemas.codes.registry import problem_type

JSON = "application/json"
PROBLEM = "application/problem+json"


def said_json(status: int, document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Said:
    return Said(status, json.dumps(document, ensure_ascii=False).encode(), JSON, headers or {})


def said_problem(declined: Declined, status: int | None = None) -> Said:
    """The refusal as problem+json (RFC 9457). `status` replaces the exchange's own, for callers that know another."""
    answered = status or declined.status
    headers = retry_header(declined)
    if answered == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = {
        "type": problem_type(declined.code),
        "title": HTTPStatus(answered).phrase,
        "status": answered,
        "code": declined.code,
        "detail": declined.problem,
        "problems": [problem.as_dict() for problem in declined.problems],
    }
    return Said(answered, json.dumps(body, ensure_ascii=False).encode(), PROBLEM, headers)


def as_declined(outcome: Outcome) -> Declined:
    """For an interface that asks for nothing but documents to be taken or withdrawn."""
    if not isinstance(outcome, Declined):
        raise TypeError("the interface never asked for that")
    return outcome


def retry_header(declined: Declined) -> dict[str, str]:
    later = declined.retry_after_seconds
    return {} if later is None else {"Retry-After": str(later)}


def as_bad_request(status: int) -> int:
    """For callers that know one status for everything that is wrong with a document. Statuses that ask to wait, and
    those about who calls, stay."""
    return 400 if status in (409, 413, 415, 422) else status
