"""What a sender may learn about a delivery of its message: a closed list. A clause grants some of it. Pure."""

from enum import StrEnum


class ToldBack(StrEnum):
    RECEIVED_AT = "received_at"  # when the recipient received the message, as it says
    REFERENCE = "reference"  # the recipient's own reference, if it has the form of one
    FOUND = "found"  # the recipient that the exchange found by searching, and the state of the delivery to it


UNLESS_SAID = (ToldBack.RECEIVED_AT,)
"""What a clause grants if it has no `tells_sender`."""
