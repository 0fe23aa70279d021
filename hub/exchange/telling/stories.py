"""The story of a message, for the people it concerns: who, what kind, when and why. It never shows the content."""

from collections.abc import Mapping
from uuid import UUID

from hub.deadlines.view import clock_view
from hub.errors import NotFound
from hub.exchange.partners.availability import why_waiting
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.telling.story_views import AgencyStory, DeliveryView, MessageView, OperatorStory
from hub.exchange.wiring import Wiring
from hub.lifecycle import DeliveryState
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Store, Transaction
from hub.store.journal import entries as journal
from hub.store.messages import answers, clocks, contents, deliveries, messages, partners
from hub.store.messages.deliveries import KeptDelivery
from hub.store.messages.messages import KeptMessage
from schemas.json import JsonObject

_NO_MESSAGE = NotOne(
    NotFound,
    no_id="that is not a message id",
    none="there is no such message",
    several="several messages have ids that begin with that",
    cure="use the id of the receipt",
)


def find_message(store: Store, wanted: str) -> UUID:
    """The message with that id. `wanted` is a full id, or its first characters if only one id begins so. Raises
    NotFound."""
    with store.transaction() as connection:
        return only_one(wanted, lambda first: messages.beginning_with(connection, first), _NO_MESSAGE)


class Stories:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock

    def find(self, wanted: str) -> UUID:
        """The message with that id. `wanted` is a full id, or its first characters if only one id begins so. Raises
        NotFound."""
        return find_message(self._store, wanted)

    def show(self, wanted: str) -> OperatorStory:
        """Everything, for an operator. `wanted` is an id or its first characters. Raises NotFound."""
        message_id, now = find_message(self._store, wanted), self._clock.now()
        with self._store.transaction() as connection:
            row = messages.find(connection, message_id)
            if row is None:
                raise NotFound("there is no such message", "use the id of the receipt")
            receipts = answers.receipts_of(connection, message_id)
            return {
                **_head(connection, row),
                "doubts": row.doubts,
                "deliveries": [
                    _delivery(connection, found, receipts, for_operator=True)
                    for found in deliveries.of_message(connection, message_id)
                ],
                "clocks": [clock_view(found, now) for found in clocks.of_message(connection, message_id)],
                "exchange": [
                    {"id": str(other.id), "kind": other.kind, "sender": other.sender, "state": other.state}
                    for other in messages.related(connection, row.correlation)
                ],
                "journal": [
                    {"position": e.position, "at": e.at.isoformat(), "event": e.event, "agency": e.agency, **e.detail}
                    for e in journal.of_message(connection, message_id, row.raw_document_id)
                ],
            }

    def show_to(self, caller: Agency, message_id: UUID) -> AgencyStory:
        """What one agency may know. The sender sees every delivery, a recipient only its own.

        Raises NotFound for everybody else, exactly as if the message did not exist.
        """
        with self._store.transaction() as connection:
            row = messages.find(connection, message_id)
            sent = messages.sent_by(connection, message_id, caller.id)
            if row is None or not (sent or deliveries.is_recipient(connection, message_id, caller.id)):
                raise NotFound("there is no such message", "use the id of the receipt")
            found = deliveries.of_message(connection, message_id)
            receipts = answers.receipts_of(connection, message_id)
            return {
                **_head(connection, row),
                "deliveries": [
                    _delivery(connection, delivery, receipts, for_operator=False)
                    for delivery in found
                    if sent or delivery.recipient == caller.id
                ],
            }


def _head(connection: Transaction, row: KeptMessage) -> MessageView:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "version": row.version,
        "sender": row.sender,
        "reference": contents.references_of(connection, [row.id]).get(row.id),
        "state": row.state,
        "sent_at": row.sent_at.isoformat(),
        "accepted_at": row.accepted_at.isoformat(),
        "correlation": str(row.correlation),
        "causation": str(row.causation) if row.causation else None,
        "supersedes": str(row.supersedes) if row.supersedes else None,
        "overtaken_by": str(row.overtaken_by) if row.overtaken_by else None,
        "sha256": row.digest,
        "counts": row.counts,
    }


def _why(connection: Transaction, row: KeptDelivery, *, for_operator: bool) -> str | None:
    """Why the delivery waits: the one before it, or else the partner, or else the result of the last attempt. A
    partner's answer and an operator's words are for operators only; another agency sees the code."""
    code = f"{row.state}: {row.why_code}" if row.why_code else None
    said = row.why if for_operator else code
    if row.state not in (DeliveryState.WAITING, DeliveryState.HELD):
        return said
    before = deliveries.earlier_unfinished(connection, row.id)
    if before is not None:
        which = f"message {before.message_id}" if for_operator else "an earlier message"
        return f"waiting: {which} about the same subject goes first and is {before.state}"
    held_back = why_waiting(partners.find(connection, row.recipient), for_operator=for_operator)
    if row.state == DeliveryState.HELD:
        return str(row.why) if held_back is None else f"{row.why}; {held_back}"
    return held_back or said


def _delivery(
    connection: Transaction, row: KeptDelivery, receipts: Mapping[UUID, JsonObject], *, for_operator: bool
) -> DeliveryView:
    return {
        "id": str(row.id),
        "recipient": row.recipient,
        "state": row.state,
        "why": _why(connection, row, for_operator=for_operator),
        "why_code": row.why_code,
        "attempts": row.attempts,
        "next_try_at": row.due_at.isoformat() if row.state in ("waiting", "held") else None,
        "created_at": row.created_at.isoformat(),
        "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
        "protocol": f"{row.protocol} v{row.protocol_version}",
        "withheld": row.withheld,
        "unexpressed": row.unexpressed,
        "receipt": receipts.get(row.id),
        "because_of": str(row.cause) if row.cause else None,
    }
