"""The form of a story: the JSON that `hub show --json` prints and the API answers with."""

from typing import Final, Literal, TypedDict

from hub.deadlines.ladder import ChaseStep
from hub.deadlines.words import ClockView
from hub.lifecycle import MessageState, ShownState
from schemas.json import JsonObject
from schemas.withheld import WithheldField


class DeadlineView(ClockView):
    """A clock with the message that started it, as the list of deadlines shows it."""

    kind: str
    sender: str
    reference: str | None
    age_days: int
    step: ChaseStep | None
    """To whom what is late has gone. None if it is not late, or nobody is reminded of it."""


class SenderDelivery(TypedDict):
    """A delivery as the sender sees it. The receipt has only what the protocol lets the sender learn. It has no id if
    the recipient knows it by an id of its own."""

    id: str | None
    recipient: str
    state: ShownState
    why: str | None
    why_code: str | None
    attempts: int
    next_try_at: str | None
    created_at: str
    delivered_at: str | None
    protocol: str
    withheld: list[WithheldField]
    unexpressed: list[str]
    receipt: JsonObject | None
    because_of: str | None


class DeliveryView(SenderDelivery):
    """A delivery as an operator sees it. `known_as` is the id by which the recipient knows the message, if that is not
    the id of the message."""

    known_as: str | None


class RelatedView(TypedDict):
    """Another message of the same exchange."""

    id: str
    kind: str
    sender: str
    state: MessageState


class MessageView(TypedDict):
    """What is known about a message without opening it."""

    id: str
    kind: str
    version: int
    sender: str
    reference: str | None
    state: MessageState
    sent_at: str
    accepted_at: str
    correlation: str
    causation: str | None
    supersedes: str | None
    overtaken_by: str | None
    sha256: str
    counts: dict[str, int]


TAKEN: Final = "taken"
"""The state of a message whose recipients the exchange finds by searching, as its sender sees it: always the same,
whether somebody was found or not."""


class SenderStory(TypedDict):
    """What the sender of a message may know."""

    id: str
    kind: str
    version: int
    sender: str
    reference: str | None
    state: MessageState | Literal["taken"]
    sent_at: str
    accepted_at: str
    correlation: str
    causation: str | None
    supersedes: str | None
    overtaken_by: str | None
    sha256: str
    counts: dict[str, int]
    deliveries: list[SenderDelivery]


class RecipientDelivery(TypedDict):
    """A delivery as its recipient sees it."""

    id: str
    recipient: str
    state: ShownState
    why_code: str | None
    attempts: int
    delivered_at: str | None
    protocol: str
    unexpressed: list[str]
    receipt: JsonObject | None


class RecipientStory(TypedDict):
    """What a recipient may know: what it was sent, under the ids that it knows. `reference` is the one that it was
    sent. `sha256` is the digest of the bytes that it fetched or received last."""

    id: str
    kind: str
    version: int
    sender: str
    reference: str
    sent_at: str
    correlation: str
    sha256: str | None
    deliveries: list[RecipientDelivery]


class OperatorStory(MessageView):
    """Everything. A journal entry has its position, its moment, its event, its agency and its detail."""

    deliveries: list[DeliveryView]
    doubts: list[dict[str, str]]
    clocks: list[ClockView]
    exchange: list[RelatedView]
    journal: list[JsonObject]
