"""THE state machine: every state of a document, a message, a delivery and a clock, and every move between them.

It stands on the ground floor because the store restates it: the database refuses any move that is not listed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class DocumentState(StrEnum):
    RECEIVED = "received"  # kept, not yet answered
    ACCEPTED = "accepted"
    PARTLY = "partly"  # some of it accepted, some refused
    REFUSED = "refused"
    ABANDONED = "abandoned"  # never answered: the hub died while reading it, and the sender was told nothing


class MessageState(StrEnum):
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"  # to every recipient
    NEEDS_ATTENTION = "needs_attention"  # a delivery is in quarantine
    DISCARDED = "discarded"  # ended, and a person gave up at least one delivery
    OVERTAKEN = "overtaken"  # kept, and sent to nobody: a newer edition was there before it came


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # leased to one worker
    PLACED = "placed"  # waiting to be fetched by its recipient
    HELD = "held"  # no live protocol at the moment of sending: waits for one
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"  # a person must act
    DISCARDED = "discarded"  # a person gave it up: never sent


ENDED = frozenset({DeliveryState.DELIVERED, DeliveryState.DISCARDED})
"""What holds back nobody any more."""


class PartState(StrEnum):
    """A part of a document that was refused when it came."""

    OPEN = "open"
    CORRECTED = "corrected"
    RELEASED = "released"  # received again as it was
    DISCARDED = "discarded"


class BulkAction(StrEnum):
    """What bulk work does with each delivery."""

    RELEASE = "release"
    DISCARD = "discard"


class BulkState(StrEnum):
    """Bulk work on quarantine."""

    PLANNED = "planned"  # previewed, and waits to be approved
    RUNNING = "running"
    STOPPED = "stopped"  # by a person, who may resume it
    DONE = "done"
    WITHDRAWN = "withdrawn"  # before anything of it was done


class ClockState(StrEnum):
    RUNNING = "running"
    DOUBTFUL = "doubtful"  # shown to a person, sets nothing in motion
    MET = "met"
    MISSED = "missed"  # stopped, but late
    VOID = "void"


OPEN_CLOCKS = frozenset({ClockState.RUNNING, ClockState.DOUBTFUL})
"""What has not stopped."""


class LinkState(StrEnum):
    """Whether a record and a supervised person are one."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"  # a person must look
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class VersionState(StrEnum):
    """Of a version of a sharing protocol."""

    ADOPTED = "adopted"  # what the folder of protocols held when the exchange began
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


AGREED = frozenset({VersionState.ADOPTED, VersionState.APPROVED})

# An overtaken message has no deliveries, so it never moves.
_FOLLOWS_DELIVERIES = frozenset(MessageState) - {MessageState.OVERTAKEN}


MOVES: Mapping[str, frozenset[tuple[StrEnum, StrEnum]]] = MappingProxyType(
    {
        "document": frozenset((DocumentState.RECEIVED, to) for to in DocumentState if to is not DocumentState.RECEIVED),
        "message": frozenset((a, b) for a in _FOLLOWS_DELIVERIES for b in _FOLLOWS_DELIVERIES if a is not b),
        "delivery": frozenset(
            {
                (DeliveryState.WAITING, DeliveryState.SENDING),
                (DeliveryState.HELD, DeliveryState.SENDING),
                (DeliveryState.SENDING, DeliveryState.SENDING),
                (DeliveryState.SENDING, DeliveryState.WAITING),
                (DeliveryState.SENDING, DeliveryState.HELD),
                (DeliveryState.SENDING, DeliveryState.DELIVERED),
                (DeliveryState.SENDING, DeliveryState.QUARANTINED),
                (DeliveryState.SENDING, DeliveryState.PLACED),
                (DeliveryState.PLACED, DeliveryState.DELIVERED),
                (DeliveryState.PLACED, DeliveryState.HELD),
                (DeliveryState.WAITING, DeliveryState.QUARANTINED),  # its partner has not answered for days
                (DeliveryState.QUARANTINED, DeliveryState.WAITING),
                (DeliveryState.DELIVERED, DeliveryState.WAITING),  # replayed, under the same message id
                (DeliveryState.QUARANTINED, DeliveryState.DISCARDED),
                (DeliveryState.WAITING, DeliveryState.DISCARDED),  # a corrected message goes in its stead
                (DeliveryState.HELD, DeliveryState.DISCARDED),
            }
        ),
        "part": frozenset((PartState.OPEN, to) for to in PartState if to is not PartState.OPEN),
        "bulk": frozenset(
            {
                (BulkState.PLANNED, BulkState.RUNNING),
                (BulkState.PLANNED, BulkState.WITHDRAWN),
                (BulkState.RUNNING, BulkState.STOPPED),
                (BulkState.STOPPED, BulkState.RUNNING),
                (BulkState.RUNNING, BulkState.DONE),
            }
        ),
        "link": frozenset({(LinkState.DOUBTFUL, LinkState.CONFIRMED), (LinkState.DOUBTFUL, LinkState.REJECTED)}),
        "clock": frozenset(
            {
                (ClockState.RUNNING, ClockState.MET),
                (ClockState.RUNNING, ClockState.MISSED),
                (ClockState.RUNNING, ClockState.VOID),
                (ClockState.DOUBTFUL, ClockState.RUNNING),
                (ClockState.DOUBTFUL, ClockState.VOID),
            }
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Availability:
    """How a partner answers: its failures in a row, since when, and the pauses that followed.

    With `next_try_at` the breaker is open: nothing is sent until then, and then one delivery as a probe. `why` is what
    the last failure said.
    """

    failures: int = 0
    failing_since: datetime | None = None
    pauses: int = 0
    next_try_at: datetime | None = None
    why_code: str | None = None
    why: str | None = None


ANSWERING = Availability()


def message_state(deliveries: tuple[DeliveryState, ...]) -> MessageState:
    """What the states of its deliveries make of a message."""
    if DeliveryState.QUARANTINED in deliveries:
        return MessageState.NEEDS_ATTENTION
    if all(state in ENDED for state in deliveries):
        return MessageState.DISCARDED if DeliveryState.DISCARDED in deliveries else MessageState.DELIVERED
    return MessageState.IN_PROGRESS
