"""A recipient says later what became of a message that it took. If it refuses it after all, the delivery goes into
quarantine, where a person sees it."""

from hashlib import sha256
from uuid import UUID

from hub.errors import Busy
from hub.exchange.telling.agency_stories import was_reached
from hub.exchange.wiring import Wiring
from hub.journal.record.deliveries import AnsweredLater, NotSent, record_answered, record_quarantined
from hub.lifecycle import DeliveryState
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Transaction
from hub.store.journal import entries
from hub.store.messages import deliveries, messages
from hub.store.messages.deliveries import KeptDelivery
from hub.store.repairing import quarantine
from schemas.problem import Problem

REFUSED_LATER = "partner.refused_later"
UNKNOWN = Problem(
    "answer.unknown_message",
    "CorrelationID",
    "no message was sent to this agency under this id",
    "answer with the id under which the message was sent",
)
_CALL_LENGTH = 32
_TRY_AGAIN_SECONDS = 10


class LaterRefusals:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock

    def note(self, caller: Agency, call: str, message_id: str, outcome: str, refusal: str | None) -> Problem | None:
        """Record the answer of a call, once for each name of a call. A Problem if the caller was sent no such message.
        Raises Busy while the attempt that it answers has not ended here."""
        with self._store.transaction() as connection:
            delivery = _delivery(connection, caller, message_id)
            if delivery is None:
                return UNKNOWN
            digest = sha256(call.encode()).hexdigest()[:_CALL_LENGTH]
            if entries.was_answered(connection, delivery.message_id, delivery.id, digest):
                return None
            if delivery.state is DeliveryState.SENDING:
                raise Busy("busy.sending", "the message is being sent at this moment", _TRY_AGAIN_SECONDS)
            now = self._clock.now()
            answered = AnsweredLater(delivery.message_id, delivery.id, caller.id, outcome, digest)
            record_answered(connection, now, answered)
            if refusal is None:
                return None
            why = f"the recipient took the message, and refused it later: {refusal}"
            if quarantine.refuse_later(connection, delivery.id, REFUSED_LATER, why, now):
                record_quarantined(
                    connection, now, [NotSent(delivery.message_id, delivery.id, caller.id, REFUSED_LATER, why)]
                )
                messages.settle(connection, frozenset([delivery.message_id]))
        return None


def _delivery(connection: Transaction, caller: Agency, message_id: str) -> KeptDelivery | None:
    try:
        id = UUID(message_id)
    except ValueError:
        return None
    found = deliveries.known_to(connection, caller.id, id)
    return found if was_reached(found) else None
