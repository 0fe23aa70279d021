"""Reads a recorded message back as it was validated, so that it can be decided about again."""

from dataclasses import dataclass
from uuid import UUID

from adapters.contract import Draft
from hub.errors import ContentDestroyed, Failure
from hub.exchange.message.stages import Validated
from hub.sharing.checking.registry import SharingRegistry
from hub.store.database.engine import Transaction
from hub.store.messages import contents
from hub.store.messages.contents import ClosedMessage
from schemas.catalogue import Catalogue
from schemas.kind import ClockStop, MessageKind, Payload


class NoLongerKnown(Failure):
    """The message was valid when it was recorded, but the registry or the catalogue has changed since."""

    code = "message.no_longer_known"


def kept_message(
    connection: Transaction, message_id: UUID, catalogue: Catalogue, registry: SharingRegistry
) -> Validated:
    """Raises NoLongerKnown if its sender or its kind has left. Raises ContentDestroyed if its retention period has
    ended."""
    return kept_in_exchange(connection, message_id, catalogue, registry).validated


@dataclass(frozen=True, slots=True)
class KeptInExchange:
    """`correlation` is that of the exchange. `causation` is the message that made the hub write this one."""

    validated: Validated
    correlation: UUID
    causation: UUID | None


def kept_in_exchange(
    connection: Transaction,
    message_id: UUID,
    catalogue: Catalogue,
    registry: SharingRegistry,
    closed: ClosedMessage | None = None,
) -> KeptInExchange:
    """The same as `kept_message`, with its place among the other messages. `closed` is its content, if it was read a
    moment ago."""
    closed = closed or contents.find_closed(connection, message_id)
    if closed is None:
        raise NoLongerKnown("the message is not stored", "report this as a defect of the exchange")
    kind, sender = catalogue.find(closed.kind, closed.version), registry.agencies.get(closed.sender)
    if kind is None or sender is None:
        raise NoLongerKnown(
            f"{closed.sender} or {closed.kind} version {closed.version} is no longer in the registry",
            "add it again, or discard the delivery",
        )
    held = contents.content_in(connection, closed)
    payload = kind.payload.model_validate(held.payload)
    draft = Draft(
        closed.kind,
        closed.version,
        closed.sender,
        None,
        held.reference,
        payload,
        closed.sent_at,
        held.attachments,
    )
    return KeptInExchange(Validated(draft, kind, sender, closed.accepted_at), closed.correlation, closed.causation)


@dataclass(frozen=True, slots=True)
class Said:
    """A kept message without its sender."""

    kind: MessageKind
    payload: Payload

    def stops(self) -> tuple[ClockStop, ...]:
        return (*self.kind.stops, *self.payload.stops())


def what_it_said(connection: Transaction, message_id: UUID, catalogue: Catalogue) -> Said | None:
    """The content of a message, even if its sender has left. None if its kind has left, or its content is destroyed."""
    closed = contents.find_closed(connection, message_id)
    kind = catalogue.find(closed.kind, closed.version) if closed is not None else None
    if closed is None or kind is None:
        return None
    try:
        return Said(kind, kind.payload.model_validate(contents.content_in(connection, closed).payload))
    except ContentDestroyed:
        return None
