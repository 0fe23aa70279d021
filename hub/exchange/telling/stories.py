"""The story of a message, for the people it concerns: who, what kind, when and why. It never shows the content."""

from collections.abc import Mapping
from uuid import UUID

from hub.deadlines.view import clock_view
from hub.errors import NotFound
from hub.exchange.partners.availability import why_waiting
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.telling.agency_stories import story_for_recipient, story_for_sender, was_reached
from hub.exchange.telling.story_views import DeliveryView, MessageView, OperatorStory, RecipientStory, SenderStory
from hub.exchange.wiring import Wiring
from hub.lifecycle import DeliveryState, shown_state
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
    """The message with that id. `wanted` is a full id, or its first characters if only one id begins so; also
    one by which a recipient knows it. Raises NotFound."""
    with store.transaction() as connection:
        return only_one(
            wanted,
            lambda first: (
                messages.beginning_with(connection, first) or deliveries.known_as_beginning_with(connection, first)
            ),
            _NO_MESSAGE,
        )


class Stories:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._live = wiring.live

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
                    _delivery(connection, found, receipts) for found in deliveries.of_message(connection, message_id)
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

    def show_to(self, caller: Agency, message_id: UUID) -> SenderStory | RecipientStory:
        """What one agency may know: the sender what became of its message, a recipient what it was sent.

        Raises NotFound for everybody else, exactly as if the message did not exist.
        """
        self._live.refresh()
        with self._store.transaction() as connection:
            row = messages.find(connection, message_id)
            if row is not None and messages.sent_by(connection, message_id, caller.id):
                return story_for_sender(connection, row, self._live.current())
            mine = deliveries.known_to(connection, caller.id, message_id)
            received = messages.find(connection, mine.message_id) if mine is not None else None
            if mine is None or received is None or not was_reached(mine):
                raise NotFound("there is no such message", "use the id of the receipt")
            return story_for_recipient(connection, received, mine)


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


def _why(connection: Transaction, row: KeptDelivery) -> str | None:
    """Why the delivery waits: the one before it, or else the partner, or else the result of the last attempt."""
    if row.state not in (DeliveryState.WAITING, DeliveryState.HELD):
        return row.why
    before = deliveries.earlier_unfinished(connection, row.id)
    if before is not None:
        return f"waiting: message {before.message_id} about the same subject goes first and is {before.state}"
    held_back = why_waiting(partners.find(connection, row.recipient), for_operator=True)
    if row.state == DeliveryState.HELD:
        return str(row.why) if held_back is None else f"{row.why}; {held_back}"
    return held_back or row.why


def _delivery(connection: Transaction, row: KeptDelivery, receipts: Mapping[UUID, JsonObject]) -> DeliveryView:
    return {
        "id": str(row.id),
        "recipient": row.recipient,
        "state": shown_state(row.state, receipts.get(row.id)),
        "why": _why(connection, row),
        "why_code": row.why_code,
        "attempts": row.attempts,
        "next_try_at": row.due_at.isoformat() if row.state in ("waiting", "held") else None,
        "created_at": row.created_at.isoformat(),
        "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
        "protocol": f"{row.protocol} v{row.protocol_version}",
        "withheld": row.withheld,
        "unexpressed": row.unexpressed,
        "receipt": receipts.get(row.id),
        "known_as": str(row.known_as) if row.known_as else None,
        "because_of": str(row.cause) if row.cause else None,
    }
