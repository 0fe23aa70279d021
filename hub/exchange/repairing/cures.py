"""What a person can do about a delivery in quarantine, by the code of its cause. Pure."""

_BY_CODE = {
    "partner.refused": "ask the recipient what it refuses; correct the message and send it in its stead (fix), or have "
    "the recipient put its side right and send it again (release)",
    "partner.down_too_long": "when the partner answers again, send what is still of use (release), give up the rest",
    "delivery.never_ended": "this message ends the worker that takes it: report it as a defect of the exchange; "
    "release it once that is repaired, or correct it (fix)",
    "internal.unexpected": "report it as a defect of the exchange, and release it once that is repaired",
    "message.no_longer_known": "put its agency or its kind back into the registry, and release it; or give it up",
    "content.destroyed": "give it up: what it said is not there any more",
    "recipient.left": "enter the recipient in the registry again, and release it; or give it up",
    "endpoint.none": "say in the endpoints file where the recipient receives, and release it",
}
_BY_ROOM = {
    "partner": "when the partner is right again, release it",
    "receipt": "ask the partner why its answer proves nothing, and release it when that is put right",
    "settings": "correct the settings of the endpoint, and release it",
    "parcel": "have the sender send it in smaller parts, and give this one up; or correct it (fix)",
}
_ELSE = "correct the message and send it in its stead (fix), send it again as it is (release), or give it up (discard)"


def cure_of(code: str | None, told: str | None = None) -> str:
    """`told` is what the cause itself said."""
    known = _BY_CODE.get(code or "") or _BY_ROOM.get((code or "").partition(".")[0]) or _ELSE
    return f"{told}; then: {known}" if told else known
