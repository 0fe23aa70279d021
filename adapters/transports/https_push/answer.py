"""Decides what a partner's answer means, from the status, three headers and the first bytes of the body. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, JsonValue, ValidationError

from adapters.contract import CannotDeliver, Receipt

BODY_BYTES_MAX = 65_536
WORDS_MAX = 8
WORD_LENGTH_MAX = 200
CONFLICT = 409

_WORD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_UNPRINTABLE = re.compile(r"[^ -~]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is at most BODY_BYTES_MAX bytes; later bytes were not read."""

    status: int
    media_type: str
    wait_seconds: float | None
    body: bytes


class _Receipted(BaseModel):
    receipt: dict[str, JsonValue]


class _ProblemDetails(BaseModel):
    code: JsonValue = None
    title: JsonValue = None


def asked_wait(retry_after: str | None, date: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for; None if it cannot be understood. If it gives a moment, it
    is compared with the partner's own clock, its Date header."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after.strip()[:9])
    try:
        until = parsedate_to_datetime(retry_after)
        return max(0.0, (until - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError):  # TypeError: only one of them has an offset
        return None


def understand(answer: Answer, message_id: str) -> Receipt:
    """Return the receipt, if the answer says that this message was received. Raises CannotDeliver."""
    taken = 200 <= answer.status < 300
    found = _find_receipt(answer) if taken or answer.status == CONFLICT else None
    if found is None and not taken:
        raise _refusal(answer)
    if found is None:
        raise CannotDeliver(
            "receipt.missing", f"status {answer.status} came without a receipt that can be read", retryable=True
        )
    named = found.get("message_id")
    if not isinstance(named, str) or named.lower() != message_id.lower():
        raise CannotDeliver("receipt.other_message", "the receipt names another message", retryable=True)
    # A conflict means that the message was received before, which counts as received.
    return Receipt(proved=True, received_at=_moment(found.get("received_at")), words=_words(found))


def _find_receipt(answer: Answer) -> dict[str, JsonValue] | None:
    try:
        return _Receipted.model_validate_json(answer.body).receipt
    except ValidationError:
        return None


def _moment(value: JsonValue) -> datetime | None:
    """Return the moment; None if it has no offset, because a time that could mean two moments proves neither."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _words(found: dict[str, JsonValue]) -> dict[str, str]:
    """Return the partner's own short words. A text that is too long is left out and not cut, because half a reference
    is wrong."""
    words = {
        name: value
        for name, value in found.items()
        if isinstance(value, str)
        and name != "message_id"
        and _WORD_NAME.fullmatch(name)
        and 0 < len(value) <= WORD_LENGTH_MAX
        and value.isprintable()
    }
    return dict(list(words.items())[:WORDS_MAX])


def _refusal(answer: Answer) -> CannotDeliver:
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
