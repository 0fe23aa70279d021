"""Writes a payload as the platform's JSON: an event for a result or a hearing, a list for a court's day."""

import json

from adapters.contract import Encoded, Outbound
from adapters.systems.common_platform.encoding.court_list import list_object
from adapters.systems.common_platform.encoding.hearing import listing_event, result_event
from adapters.systems.common_platform.encoding.outgoing import Fields, cannot, filled


def encode_message(message: Outbound) -> Encoded:
    """Return the bytes. Raises Refused (common_platform.cannot_express) for another kind, or if a required field is
    missing."""
    fields = Fields.of(message.payload)
    if (message.kind, message.version) == ("hearing_result", 1):
        written = result_event(message, fields)
    elif (message.kind, message.version) == ("court_list", 1):
        of_one = fields.get("hearing_id") is not None
        written = listing_event(message, fields) if of_one else filled(list_object(fields))
    else:
        cannot("kind", f"is {message.kind} version {message.version}", "send court_list or hearing_result version 1")
    body = json.dumps(written, ensure_ascii=False, indent=1, allow_nan=False).encode()
    attachments = tuple(f"attachments[{index}]" for index in range(len(message.attachments)))
    return Encoded(body, "application/json", ".json", (*fields.left, *attachments))
