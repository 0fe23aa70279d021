"""Documents that were refused, in full or in part. They are received again, corrected or unchanged, or given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hub.errors import NotInQuarantine
from hub.exchange.accepting.intake import Intake
from hub.exchange.message.stages import Received
from hub.exchange.wiring import Wiring
from hub.journal.record.documents import record_document_abandoned
from hub.journal.record.quarantine import SettledPart, record_corrected, record_discarded, record_released
from hub.lifecycle import PartState
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents
from hub.store.database.engine import Transaction
from hub.store.repairing import refused_parts
from hub.store.repairing.refused_parts import Refusal, RefusedPart
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

_NO_DOCUMENTS: Mapping[str, Attachment] = {}
_RECORD = {
    PartState.CORRECTED: record_corrected,
    PartState.RELEASED: record_released,
}


_ABANDONED = Refusal(
    "document.abandoned",
    "document",
    "the exchange stopped while it read this, and the sender got no answer",
    "release it, unless its sender has sent it again",
)


_ACCEPTED_BEFORE = Problem(
    "correction.accepted_before",
    "document",
    "all of this was accepted before, so it corrects nothing",
    "if it is what was meant, discard the refused part and give that as the reason",
)


def note_abandoned(connection: Transaction, document_ids: Sequence[UUID], now: datetime) -> None:
    """Record documents that were never answered, so that a person looks at them."""
    for id in document_ids:
        record_document_abandoned(connection, now, document_id=id)
        refused_parts.add(connection, id, [_ABANDONED], now)


class RefusedParts:
    def __init__(self, wiring: Wiring, intake: Intake) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._intake = intake

    def release(self, part: RefusedPart, by: str, reason: str) -> list[str]:
        """Read the document again as received. A part that was refused because an agency or a protocol was missing may
        now be accepted. Returns the ids of its messages. Raises Refused, and then nothing has changed."""
        with self._store.transaction() as connection:
            body = documents.body_of(connection, part.raw_document_id)
        return self._receive(part, body, part.media_type, PartState.RELEASED, by, reason)

    def correct(self, part: RefusedPart, body: bytes, by: str, reason: str) -> list[str]:
        """Receive a corrected document that replaces this one, from the same sender. Parts that were accepted before
        are recognised by their references and not accepted twice. Returns the ids of its messages. Raises Refused."""
        return self._receive(part, body, "", PartState.CORRECTED, by, reason)

    def discard(
        self, connection: Transaction, part: RefusedPart, by: str, reason: str, approved_by: str | None = None
    ) -> None:
        """Discard what was refused of its document. What was accepted of it stays accepted."""
        now = self._clock.now()
        _close(connection, (part,), PartState.DISCARDED, by, reason, None, now)
        item = SettledPart(part.raw_document_id, part.caller, part.code, part.place, approved_by=approved_by)
        record_discarded(connection, now, item=item, by=by, reason=reason)

    def _receive(
        self, part: RefusedPart, body: bytes, media_type: str, state: PartState, by: str, reason: str
    ) -> list[str]:
        sender = self._sender(part.caller)
        # It is tried first and written only if it succeeds. So a failed attempt makes no new refused document.
        trial = Received(part.raw_document_id, sender, body, media_type, _NO_DOCUMENTS, self._clock.now())
        assessment = self._assessor.assess(trial)
        if assessment.refused:
            raise Refused(*assessment.refused)
        answer = self._intake.receive_unpacked(
            sender, body, media_type, _NO_DOCUMENTS, handed_in_by=by, corrects=part.raw_document_id
        )
        if answer.receipt is None:
            raise Refused(*answer.refused)
        if answer.repeated and state is PartState.CORRECTED:
            raise Refused(_ACCEPTED_BEFORE)
        now, again = self._clock.now(), UUID(answer.receipt["document"])
        with self._store.transaction() as connection:
            every = refused_parts.of_document(connection, part.raw_document_id)
            _close(connection, every, state, by, reason, again, now)
            for each in every:
                item = SettledPart(each.raw_document_id, each.caller, each.code, each.place, again)
                _RECORD[state](connection, now, item=item, by=by, reason=reason)
        return [str(message["id"]) for message in answer.receipt["messages"]]

    def _sender(self, caller: str) -> Agency:
        agency = self._assessor.registry.agencies.get(caller)
        if agency is None:
            raise NotInQuarantine(
                f"its sender {caller} is no longer in the registry", "add the agency again, or discard it"
            )
        return agency


def _close(
    connection: Transaction,
    parts: tuple[RefusedPart, ...],
    state: PartState,
    by: str,
    reason: str,
    again: UUID | None,
    now: datetime,
) -> None:
    ids = [part.id for part in parts]
    refused_parts.close(connection, ids, state, by=by, because=reason, received_again_as=again, now=now)
