"""Decides what a partner's answer means, from the status, three headers and the first bytes of the body. Pure."""

import re
from datetime import datetime

from pydantic import BaseModel, JsonValue, ValidationError

from adapters.carriage.https.answer import Answer
from adapters.carriage.https.refusals import CONFLICT, refusal
from adapters.contract import CannotDeliver, Receipt

WORDS_MAX = 8
WORD_LENGTH_MAX = 200

_WORD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


class _Receipted(BaseModel):
    receipt: dict[str, JsonValue]


def understand(answer: Answer, message_id: str) -> Receipt:
    """Return the receipt, if the answer says that this message was received. Raises CannotDeliver."""
    taken = 200 <= answer.status < 300
    found = _find_receipt(answer) if taken or answer.status == CONFLICT else None
    if found is None and not taken:
        raise refusal(answer)
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
