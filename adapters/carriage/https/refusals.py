"""What an answer means that says that a message was not taken. Pure."""

import re

from pydantic import BaseModel, JsonValue, ValidationError

from adapters.carriage.https.answer import Answer
from adapters.contract import CannotDeliver

CONFLICT = 409
_UNPRINTABLE = re.compile(r"[^ -~]+")


class _ProblemDetails(BaseModel):
    code: JsonValue = None
    title: JsonValue = None


def refusal(answer: Answer) -> CannotDeliver:
    status = answer.status
    words = f"status {status}{_details(answer)}"
    if 300 <= status < 400:
        return CannotDeliver(
            "partner.redirected", f"{words}; redirects are not followed", retryable=True, partner_down=True
        )
    if status in (401, 403):
        return CannotDeliver("partner.credentials", words, retryable=True, partner_down=True)
    if status in (408, 425, 429, 503):
        wait = answer.wait_seconds if status in (429, 503) else None
        return CannotDeliver("partner.busy", words, retryable=True, partner_down=wait is not None, wait_seconds=wait)
    if status == CONFLICT:
        # Without a receipt it may mean that an earlier attempt is still being processed there.
        return CannotDeliver("partner.conflict", words, retryable=True)
    if not 400 <= status < 500:
        return CannotDeliver("partner.failed", words, retryable=True)
    return CannotDeliver("partner.refused", words, retryable=False)


def _details(answer: Answer) -> str:
    """Return the partner's code and title of the problem, but never its detail, which may be about a person."""
    if answer.media_type.partition(";")[0].strip().lower() != "application/problem+json":
        return ""
    try:
        details = _ProblemDetails.model_validate_json(answer.body)
    except ValidationError:
        return ""
    words = [
        _UNPRINTABLE.sub(" ", word).strip()[:80] for word in (details.code, details.title) if isinstance(word, str)
    ]
    return "".join(f", {word}" for word in words if word)
