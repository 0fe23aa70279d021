"""What a person can do about a delivery in quarantine, by the code of its cause. Pure."""

_BY_CODE = {
    "standing.none": "ask the agency that keeps the matter; if it is true, release it, and everything follows from it; "
    "if not, discard it",
    "partner.refused": "ask the recipient what it refuses; then correct the message (fix), or ask the recipient "
    "to correct its system and send it again (release)",
    "partner.refused_later": "ask the recipient what it refuses; then correct the message (fix), or discard it",
    "partner.down_too_long": "when the partner answers again, send what is still useful (release) and discard the rest",
    "delivery.never_ended": "report it as a defect of the exchange: every worker that took it died; release it when "
    "that is repaired, or correct it (fix)",
    "internal.unexpected": "report it as a defect of the exchange, and release it when that is repaired",
    "message.no_longer_known": "put its agency or its kind back into the registry, and release it; or discard it",
    "content.destroyed": "nothing can be sent any more, because its content was destroyed; give it up (discard)",
    "recipient.left": "add the recipient to the registry again, and release it; or discard it",
    "endpoint.none": "add the recipient to the endpoints file, and release it",
}
_BY_ROOM = {
    "partner": "release it when the partner works again",
    "receipt": "ask the partner why its answer proves nothing, and release it when that is corrected",
    "settings": "correct the settings of the endpoint, and release it",
    "parcel": "ask the sender to send it in smaller parts, and discard this one; or correct it (fix)",
}
_ELSE = "correct the message (fix), send it again as it is (release), or discard it"


def cure_of(code: str | None, given: str | None = None) -> str:
    """`given` is the cure that came with the cause, if one did."""
    known = _ELSE if code is None else _BY_CODE.get(code) or _BY_ROOM.get(code.partition(".")[0], _ELSE)
    return f"{given}; then: {known}" if given else known
