"""What a sender learns of what became of its message: a closed list, of which a clause grants some. Pure."""

from enum import StrEnum


class ToldBack(StrEnum):
    RECEIVED_AT = "received_at"  # when the recipient says that it received the message
    REFERENCE = "reference"  # the recipient's own reference, if it has the form of one
    FOUND = "found"  # that the exchange found this recipient by searching, and what became of the message there


UNLESS_SAID = (ToldBack.RECEIVED_AT,)
"""What a clause grants that says nothing of it."""
