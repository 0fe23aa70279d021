"""The only state machine: every state of a document, a message, a delivery and a clock, and every move between them.

It is on the lowest layer of the hub because the store uses it: the database refuses any move that is not listed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal


class DocumentState(StrEnum):
    RECEIVED = "received"  # kept, not yet answered
    ACCEPTED = "accepted"
    PARTLY = "partly"  # some of it accepted, some refused
    REFUSED = "refused"
    ABANDONED = "abandoned"  # never answered: the hub died while reading it, and the sender got no answer


class MessageState(StrEnum):
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"  # to every recipient
    NEEDS_ATTENTION = "needs_attention"  # a delivery is in quarantine
    DISCARDED = "discarded"  # ended, and a person discarded at least one delivery
    OVERTAKEN = "overtaken"  # kept, and sent to nobody: a newer edition came before it


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # leased to one worker
    PLACED = "placed"  # waiting to be fetched by its recipient
    HELD = "held"  # no protocol in force at the moment of sending: waits for one
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"  # a person must act
    DISCARDED = "discarded"  # a person discarded it: never sent


ON_SHEET = "sheet"
"""What the receipt of a delivery says if part of the message went along on a sheet."""

ON_PAPER: Final = "delivered, in part on paper"
"""What whoever asks is told then, in place of `delivered`."""

ShownState = DeliveryState | Literal["delivered, in part on paper"]


def shown_state(state: DeliveryState, receipt: Mapping[str, object] | None) -> ShownState:
    return ON_PAPER if state is DeliveryState.DELIVERED and receipt and receipt.get(ON_SHEET) else state


ENDED = frozenset({DeliveryState.DELIVERED, DeliveryState.DISCARDED})
"""States in which a delivery no longer delays others."""


class PartState(StrEnum):
    """A part of a document that was refused when it came."""

    OPEN = "open"
    CORRECTED = "corrected"
    RELEASED = "released"  # received again unchanged
    DISCARDED = "discarded"


class BulkAction(StrEnum):
    """What bulk work does with each delivery."""

    RELEASE = "release"
    DISCARD = "discard"


class BulkState(StrEnum):
    """Bulk work on quarantine."""

    PLANNED = "planned"  # previewed, and waits for approval
    RUNNING = "running"
    STOPPED = "stopped"  # by a person, who may resume it
    DONE = "done"
    WITHDRAWN = "withdrawn"  # before any of its work was done


class ClockState(StrEnum):
    RUNNING = "running"
    DOUBTFUL = "doubtful"  # shown to a person; it starts nothing
    MET = "met"
    MISSED = "missed"  # stopped, but late
    VOID = "void"


OPEN_CLOCKS = frozenset({ClockState.RUNNING, ClockState.DOUBTFUL})
"""States of clocks that have not stopped."""


class LinkState(StrEnum):
    """Whether a record and a supervised person are the same person."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"  # a person must decide
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class VersionState(StrEnum):
    """The state of a version of a sharing protocol."""

    ADOPTED = "adopted"  # it was in the folder of protocols when the exchange began
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


AGREED = frozenset({VersionState.ADOPTED, VersionState.APPROVED})


class TwoPersonAct(StrEnum):
    """Everything that one person proposes and another approves."""

    PROTOCOL = "protocol"
    BULK = "bulk"
    DISCARD = "discard"  # of one item, by somebody who has given up many within the hour
    RULES = "rules"
    SECOND_FACTOR_RESET = "second_factor_reset"
    LINK_REJECTED = "link_rejected"  # by somebody who has given up many things within the hour
    CLOCK_VOIDED = "clock_voided"  # the same
    PASSWORD_RESET = "password_reset"  # noqa: S105 - where the rules say so
    STANDSTILL_ENDED = "standstill_ended"  # the same


class ProposalState(StrEnum):
    """The state of a proposal that waits, or waited, for a second person."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"  # or withdrawn
    EXPIRED = "expired"


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
                (DeliveryState.DELIVERED, DeliveryState.QUARANTINED),  # its recipient refused it later
                (DeliveryState.QUARANTINED, DeliveryState.DISCARDED),
                (DeliveryState.WAITING, DeliveryState.DISCARDED),  # a corrected message replaces it
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
        "proposal": frozenset((ProposalState.OPEN, to) for to in ProposalState if to is not ProposalState.OPEN),
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

    If `next_try_at` is set, the breaker is open: nothing is sent until then, and then one delivery as a probe. `why` is
    the text of the last failure.
    """

    failures: int = 0
    failing_since: datetime | None = None
    pauses: int = 0
    next_try_at: datetime | None = None
    why_code: str | None = None
    why: str | None = None


ANSWERING = Availability()


def message_state(deliveries: tuple[DeliveryState, ...]) -> MessageState:
    """The state of a message that follows from the states of its deliveries."""
    if DeliveryState.QUARANTINED in deliveries:
        return MessageState.NEEDS_ATTENTION
    if all(state in ENDED for state in deliveries):
        return MessageState.DISCARDED if DeliveryState.DISCARDED in deliveries else MessageState.DELIVERED
    return MessageState.IN_PROGRESS
