"""Replaces a message in quarantine with a corrected one. Both are kept, and the later says which one it corrects.

The exchange decides about it as a new message. It reaches the recipients of the original and those that it names
itself. It takes the original's place in the order of messages about the same subject. Unsent deliveries of the original
are cancelled.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from adapters.contract import Draft
from hub.errors import NotInQuarantine
from hub.exchange.accepting.answering import keep_document, locks_of
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.intake import digest_of
from hub.exchange.message.receipts import receipt_of, signed
from hub.exchange.message.recorded import kept_message
from hub.exchange.message.recording import Cause, Recorded, record
from hub.exchange.message.stages import AssessedMessage, Received, Validated
from hub.exchange.repairing.item_views import CorrectedView
from hub.exchange.wiring import Wiring
from hub.journal.receipt_places import ReceiptPlaces
from hub.journal.record.quarantine import CorrectedDelivery, record_corrected
from hub.lifecycle import DeliveryState, DocumentState
from hub.store.content import documents
from hub.store.database.engine import Transaction
from hub.store.messages import case_locks, contents, deliveries, messages
from hub.store.messages.deliveries import KeptDelivery
from hub.store.repairing import quarantine
from hub.store.repairing.quarantine import QuarantinedDelivery
from schemas.kind import Target
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

_CORRECTED = "~corrected"
_MEDIA_TYPE = ""


class Correcting:
    def __init__(self, wiring: Wiring, follower: Follower) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._keys = wiring.signing
        self._places = ReceiptPlaces(wiring.signing)
        self._follower = follower

    def body_of(self, connection: Transaction, message_id: UUID) -> bytes:
        """The message in the form in which a correction can be handed in, without its documents. The documents are
        taken over."""
        draft = kept_message(connection, message_id, self._catalogue, self._assessor.registry).draft
        message = {
            "kind": draft.kind,
            "version": draft.version,
            "sender": draft.sender,
            "reference": draft.reference,
            "payload": contents.payload_of(connection, message_id),
        }
        return json.dumps(message, ensure_ascii=False, indent=1).encode()

    def correct(self, delivery: QuarantinedDelivery, body: bytes, by: str, reason: str) -> CorrectedView:
        """Returns the id of the corrected message, and to whom it goes. Raises Refused or NotInQuarantine, and then
        nothing has changed."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            former = kept_message(connection, delivery.message_id, self._catalogue, self._assessor.registry)
            received = Received(uuid4(), None, body, _MEDIA_TYPE, _documents(former), now)
            assessed = self._assess(received, former, delivery.message_id, connection)
            case_locks.lock_cases(connection, locks_of(assessed))
            recorded = self._record(connection, assessed, received, delivery, by, reason, now)
            return {
                "message": str(recorded.message_id),
                "recipients": [each.recipient for each in deliveries.of_message(connection, recorded.message_id)],
                "not_permitted": [
                    {"agency": denied.recipient.id, "reason": denied.denial.reason} for denied in assessed.denied
                ],
            }

    def _assess(
        self, received: Received, former: Validated, message_id: UUID, connection: Transaction
    ) -> AssessedMessage:
        draft = self._one_draft(received, former)
        if draft.recipient is None and not draft.payload.named():
            rows = deliveries.of_message(connection, message_id)
            named = [row.recipient for row in rows if row.target == Target.NAMED]
            draft = replace(draft, recipient=named[0] if named else None)
        assessed = self._assessor.assess_draft(draft, received)
        if isinstance(assessed, Problem):
            raise Refused(assessed)
        if assessed.validated.sender != former.sender:
            problem = f"it comes from {assessed.validated.sender.id}, and the original from {former.sender.id}"
            cure = "ask the original sender to correct it"
            raise Refused(Problem("correction.other_sender", draft.where, problem, cure))
        return assessed

    def _one_draft(self, received: Received, former: Validated) -> Draft:
        """The correction gets a reference of its own, because the sender's reference belongs to the original."""
        decoded = self._assessor.decode(received)
        if decoded.refused:
            raise Refused(*decoded.refused)
        if len(decoded.drafts) != 1 or decoded.drafts[0].kind != former.draft.kind:
            problem = f"it is not exactly one {former.draft.kind}"
            cure = "hand in only the message to be corrected: hub quarantine show ID --body prints it"
            raise Refused(Problem("correction.other_kind", "document", problem, cure))
        [draft] = decoded.drafts
        sender = draft.sender or former.sender.id
        reference = former.draft.reference + _CORRECTED
        return replace(draft, sender=sender, reference=reference, sent_at=draft.sent_at or former.draft.sent_at)

    def _record(
        self,
        connection: Transaction,
        assessed: AssessedMessage,
        received: Received,
        delivery: QuarantinedDelivery,
        by: str,
        reason: str,
        now: datetime,
    ) -> Recorded:
        former_id = delivery.message_id
        judged = self._follower.judge(connection, assessed)
        clocks = self._follower.clocks_to_start(connection, assessed, judged)
        if isinstance(clocks, Problem):
            raise Refused(clocks)
        digest = digest_of(received.body, {})
        kept = keep_document(connection, received, assessed.validated.sender, digest)
        unsent = deliveries.unsent_of(connection, former_id)
        if (delivery.id, DeliveryState.QUARANTINED) not in {(row.id, row.state) for row in unsent}:
            raise NotInQuarantine("somebody else has already decided about it", "see its history: hub show")
        cause = Cause(former_id, messages.correlation_of(connection, former_id))
        recorded = record(connection, assessed, judged, received.id, now, cause, corrects=former_id)
        if isinstance(recorded, Problem):
            raise Refused(recorded)
        self._follower.follow(connection, assessed, clocks, recorded, now)
        _discard(connection, unsent, recorded.message_id, by)
        quarantine.take_place(connection, recorded.message_id, unsent)
        messages.settle(connection, frozenset({former_id, recorded.message_id}))
        receipt = signed(receipt_of(received.id, now, digest, ((assessed, recorded),), (), self._places), self._keys)
        documents.answer(connection, received.id, kept.key, DocumentState.ACCEPTED, receipt, [recorded.message_id])
        for row in unsent:
            item = CorrectedDelivery(former_id, row.id, row.recipient, recorded.message_id)
            record_corrected(connection, now, item=item, by=by, reason=reason)
        return recorded


def _discard(connection: Transaction, unsent: Sequence[KeptDelivery], corrected_by: UUID, by: str) -> None:
    """Cancel the original's unsent deliveries. It is known to be wrong, so it is sent to nobody, whether or not the
    correction reaches the same recipient."""
    reached = {row.recipient for row in deliveries.of_message(connection, corrected_by)}
    replaced = [row.id for row in unsent if row.recipient in reached]
    ended = [row.id for row in unsent if row.recipient not in reached]
    why = f"discarded: message {corrected_by} replaces it"
    quarantine.discard(connection, replaced, "delivery.corrected", why)
    why = f"discarded by {by}: message {corrected_by} replaces it, and is not for this recipient"
    quarantine.discard(connection, ended, "delivery.corrected", why)


def _documents(former: Validated) -> dict[str, Attachment]:
    return {attachment.name: attachment for attachment in former.draft.attachments}
