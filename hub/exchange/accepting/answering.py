"""Records what was decided about a document, with all that follows from it, and makes the answer to it. It writes in
the transaction of its caller."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hub.access.keys import Signature
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.limits.open_messages import OpenMessages
from hub.exchange.message.receipts import Answer, ReceivedMessage, receipt_of, signed
from hub.exchange.message.recording import Recorded, record
from hub.exchange.message.stages import AssessedMessage, Assessment, Received
from hub.exchange.wiring import Wiring
from hub.journal.receipt_places import ReceiptPlaces
from hub.journal.record.documents import record_document_received, record_document_refused, record_part_refused
from hub.lifecycle import DocumentState
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents
from hub.store.database.engine import Transaction
from hub.store.messages import case_locks
from hub.store.overview.precedents import Precedents, Touching
from hub.store.repairing import refused_parts
from hub.store.repairing.refused_parts import Refusal
from hub.vault.data_key import DataKey
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class DocumentAtHand:
    """A document that this transaction, or one before it, has kept. `key` encrypts it and its receipt."""

    received: Received
    caller: Agency
    digest: str
    key: DataKey


class DocumentAnswers:
    def __init__(self, wiring: Wiring, follower: Follower, open_messages: OpenMessages) -> None:
        self._clock = wiring.clock
        self._keys = wiring.signing
        self._places = ReceiptPlaces(wiring.signing)
        self._notes = wiring.notes
        self._log = wiring.log
        self._follower = follower
        self._open = open_messages

    def record(
        self,
        connection: Transaction,
        document: DocumentAtHand,
        assessment: Assessment,
        precedents: Precedents | None = None,
    ) -> Answer:
        """The caller holds the locks of its messages. With `precedents`, it has looked for what they touch."""
        now, caller = self._clock.now(), document.caller.id
        recorded: list[tuple[AssessedMessage, Recorded]] = []
        refused = list(assessment.refused)
        for assessed in assessment.messages:
            if precedents is not None and precedents.is_first(touching(assessed)):
                judged = self._follower.judge_first(connection, assessed, caller)
            else:
                judged = self._follower.judge(connection, assessed, caller)
            clocks = self._follower.clocks_to_start(connection, assessed, judged)
            if isinstance(clocks, Problem):
                refused.append(clocks)
                continue
            outcome = record(connection, assessed, judged, document.received.id, now, cause=None)
            if isinstance(outcome, Problem):
                refused.append(outcome)
                continue
            recorded.append((assessed, outcome))
            if not outcome.repeated:
                self._open.accepted(caller)
                self._follower.follow(connection, assessed, clocks, outcome, now)
        return self._answer(connection, document, tuple(recorded), tuple(refused))

    def note(self, answers: Iterable[Answer]) -> None:
        """Outside of the database, so that what is taken out of it is missed. It is accepted all the same."""
        said = [each for answer in answers if answer.receipt for each in answer.receipt["messages"]]
        try:
            self._notes.add([(self._place_of(each), UUID(each["id"])) for each in said], self._clock.now())
        except OSError as error:
            self._log.warning("acceptance.not_noted", error=error)

    def _place_of(self, message: ReceivedMessage) -> int:
        position = self._places.opened(str(message["journal_position"]))
        assert position is not None  # noqa: S101 - this process has just closed it
        return position

    def _answer(
        self,
        connection: Transaction,
        document: DocumentAtHand,
        recorded: tuple[tuple[AssessedMessage, Recorded], ...],
        refused: tuple[Problem, ...],
    ) -> Answer:
        received, caller = document.received, document.caller.id
        if refused:
            record_refused = record_part_refused if recorded else record_document_refused
            problems = [(problem.code, problem.where) for problem in refused]
            record_refused(connection, self._clock.now(), document_id=received.id, sender=caller, problems=problems)
            kept = [Refusal(problem.code, problem.where, problem.problem, problem.cure) for problem in refused]
            refused_parts.add(connection, received.id, kept, self._clock.now())
            self._open.accepted(caller, len(refused))
        if not recorded:
            documents.answer(connection, received.id, document.key, DocumentState.REFUSED, None)
            return Answer(None, refused, repeated=False)
        receipt = signed(
            receipt_of(received.id, received.received_at, document.digest, recorded, refused, self._places), self._keys
        )
        state = DocumentState.PARTLY if refused else DocumentState.ACCEPTED
        ids = [kept.message_id for _, kept in recorded]
        documents.answer(connection, received.id, document.key, state, receipt, ids)
        return Answer(receipt, refused, repeated=all(kept.repeated for _, kept in recorded))


def keep_document(
    connection: Transaction,
    received: Received,
    caller: Agency,
    digest: str,
    *,
    signature: Signature | None = None,
    by: str | None = None,
    corrects: UUID | None = None,
    through: str | None = None,
) -> DocumentAtHand:
    """Keep the document as received, and record its arrival."""
    key = documents.keep(
        connection,
        id=received.id,
        caller=caller.id,
        media_type=received.media_type,
        digest=digest,
        body=received.body,
        received_at=received.received_at,
    )
    record_document_received(
        connection,
        received.received_at,
        document_id=received.id,
        sender=caller.id,
        digest=digest,
        size_bytes=len(received.body),
        signed_by=signature.key_id if signature else None,
        signature=signature.text if signature else None,
        by=by,
        corrects=corrects,
        through=through,
    )
    return DocumentAtHand(received, caller, digest, key)


def lock(connection: Transaction, messages: Iterable[AssessedMessage]) -> None:
    """So that nobody else records about the same cases, references or editions at the same moment."""
    case_locks.lock_cases(connection, frozenset().union(*(locks_of(assessed) for assessed in messages)))


def locks_of(assessed: AssessedMessage) -> frozenset[str]:
    """The locks to take for one message."""
    touched = touching(assessed)
    locks = {f"reference|{touched.sender}|{touched.reference}"}
    if touched.edition is not None:
        locks.add(f"replaces|{touched.edition}")
    return touched.cases | locks


def touching(assessed: AssessedMessage) -> Touching:
    """What of other messages this one may touch."""
    draft, payload = assessed.validated.draft, assessed.validated.draft.payload
    edition = payload.replaces() or payload.perhaps_replaces()
    return Touching(draft.kind, assessed.validated.sender.id, draft.reference, edition, assessed.validated.case_keys)
