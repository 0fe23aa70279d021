"""The form of what the quarantine shows and answers: the JSON of `hub quarantine` with --json."""

from typing import Literal, TypedDict, final


class ItemView(TypedDict):
    """A delivery in quarantine, or what was refused of a document. The latter has no recipient, kind or message.
    `stands_for` counts the deliveries of the same document that wait because their sender has no standing, with this
    one."""

    id: str
    what: Literal["delivery", "document"]
    recipient: str | None
    kind: str | None
    sender: str
    message: str | None
    document: str | None
    since: str | None
    code: str | None
    cause: str | None
    place: str | None
    cure: str
    stands_for: int


class ProblemView(TypedDict):
    code: str
    place: str
    cause: str
    cure: str


class PartItemView(ItemView):
    """`problems` counts all that was refused of the document. `others` lists those after the first, up to a
    thousand."""

    problems: int
    others: list[ProblemView]


class DeliveryItemView(ItemView):
    """`document_place` is the place of its message in its document.
    `holds_back` counts the deliveries that wait behind it. `would_follow` says what would follow
    if a person believed a message whose sender has no standing."""

    document_place: str | None
    attempts: int
    holds_back: int
    would_follow: list[str]


class NotPermittedView(TypedDict):
    agency: str
    reason: str


@final
class CorrectedView(TypedDict):
    """The corrected message, to whom it goes, and to whom it does not."""

    message: str
    recipients: list[str]
    not_permitted: list[NotPermittedView]


@final
class ReleasedView(TypedDict):
    delivery: str


@final
class ReceivedAgainView(TypedDict):
    """The ids of the messages of a document that was received again."""

    messages: list[str]
