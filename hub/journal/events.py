"""Every event that the journal knows."""

from enum import StrEnum


class Event(StrEnum):
    DOCUMENT_RECEIVED = "document.received"
    DOCUMENT_REPEATED = "document.repeated"
    DOCUMENT_REFUSED = "document.refused"
    DOCUMENT_ABANDONED = "document.abandoned"
    PART_REFUSED = "part.refused"
    MESSAGE_ACCEPTED = "message.accepted"
    MESSAGE_REPEATED = "message.repeated"
    REFERENCE_REUSED = "reference.reused"
    SHARING_PERMITTED = "sharing.permitted"
    SHARING_DENIED = "sharing.denied"
    RECIPIENT_UNKNOWN = "recipient.unknown"
    FORWARDED = "message.forwarded"
    ASKED = "message.asked"
    DELIVERED = "delivery.delivered"
    DELIVERY_FAILED = "delivery.failed"
    DELIVERY_HELD = "delivery.held"
    QUARANTINED = "delivery.quarantined"
    CLOCK_STARTED = "clock.started"
    CLOCK_DOUBTFUL = "clock.doubtful"
    CLOCK_MET = "clock.met"
    CLOCK_MISSED = "clock.missed"
    CLOCK_OVERDUE = "clock.overdue"
