"""Receiving: keep the document, decide what it comes to, record all of it in one transaction, and only then answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from hub.access.keys import Signature
from hub.clock import Clock
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.open_messages import OpenMessages
from hub.exchange.message.assess import Assessor
from hub.exchange.message.receipts import Answer, receipt_of, signed
from hub.exchange.message.recording import Recorded, record
from hub.exchange.message.stages import AssessedMessage, Assessment, Received
from hub.exchange.partners.limits import Limits
from hub.identity.case_keys import case_keys
from hub.journal.events import Event
from hub.journal.signing_keys import SigningKeys
from hub.lifecycle import DocumentState
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents
from hub.store.database.engine import Store, Transaction
from hub.store.journal import entries as journal
from hub.store.messages import messages
from hub.store.repairing import quarantine
from hub.store.repairing.quarantine import Refusal
from hub.vault.data_key import DataKey
from schemas.document import Attachment
from schemas.problem import Problem, Refused


class Intake:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        assessor: Assessor,
        follower: Follower,
        keys: SigningKeys,
        limits: Limits,
    ) -> None:
        self._store = store
        self._clock = clock
        self._assessor = assessor
        self._follower = follower
        self._keys = keys
        self._open = OpenMessages(limits)

    def receive(
        self,
        caller: Agency,
        body: bytes,
        media_type: str,
        attached: Mapping[str, Attachment],
        signature: Signature | None = None,
        handed_in_by: str | None = None,
        corrects: UUID | None = None,
    ) -> Answer:
        """`body` is unpacked and within its limit; `corrects` is a document that was refused. Raises StoreUnavailable
        or TooManyOpen: then nothing was kept."""
        self._assessor.refresh()
        digest = digest_of(body, attached)
        received = Received(uuid4(), caller, body, media_type, attached, self._clock.now())
        with self._store.transaction() as connection:
            before = documents.receipt_of_same(connection, caller.id, digest)
            if before is not None:
                journal.append(
                    connection,
                    Event.DOCUMENT_REPEATED,
                    received.received_at,
                    raw_document_id=UUID(before["document"]),
                    agency=caller.id,
                )
                return Answer(before, (), repeated=True)
            self._open.check(connection, caller.id)
            told: dict[str, Any] = signature.as_detail() if signature else {}
            if handed_in_by:
                told["by"] = handed_in_by
            if corrects:
                told["corrects"] = str(corrects)
            key = keep_document(connection, received, caller.id, digest, told)
        try:
            read = replace(received, body=signature.content) if signature and signature.content else received
            assessment = self._assessor.assess(read)
        except Refused as refused:
            assessment = Assessment((), refused.problems)
        with self._store.transaction() as connection:
            return self._record(connection, received, caller, digest, key, assessment)

    def _record(
        self,
        connection: Transaction,
        received: Received,
        caller: Agency,
        digest: str,
        key: DataKey,
        assessment: Assessment,
    ) -> Answer:
        now = self._clock.now()
        messages.lock_cases(connection, frozenset().union(*(locks_of(assessed) for assessed in assessment.messages)))
        recorded: list[tuple[AssessedMessage, Recorded]] = []
        refused = list(assessment.refused)
        for assessed in assessment.messages:
            clocks = self._follower.clocks_to_start(connection, assessed)
            if isinstance(clocks, Problem):
                refused.append(clocks)
                continue
            outcome = record(connection, assessed, received.id, now, cause=None)
            if isinstance(outcome, Problem):
                refused.append(outcome)
                continue
            recorded.append((assessed, outcome))
            if not outcome.repeated:
                self._open.accepted(caller.id)
                self._follower.follow(connection, assessed, clocks, outcome, now)
        return self._answer(connection, received, caller, digest, key, tuple(recorded), tuple(refused))

    def _answer(
        self,
        connection: Transaction,
        received: Received,
        caller: Agency,
        digest: str,
        key: DataKey,
        recorded: tuple[tuple[AssessedMessage, Recorded], ...],
        refused: tuple[Problem, ...],
    ) -> Answer:
        event = Event.PART_REFUSED if recorded else Event.DOCUMENT_REFUSED
        for problem in refused:
            journal.append(
                connection,
                event,
                self._clock.now(),
                raw_document_id=received.id,
                agency=caller.id,
                code=problem.code,
                where=problem.where,
            )
        kept = [Refusal(problem.code, problem.where, problem.problem, problem.cure) for problem in refused]
        quarantine.keep_refused(connection, received.id, kept, self._clock.now())
        if not recorded:
            documents.answer(connection, received.id, key, DocumentState.REFUSED, None)
            return Answer(None, refused, repeated=False)
        receipt = signed(receipt_of(received.id, received.received_at, digest, recorded, refused), self._keys)
        state = DocumentState.PARTLY if refused else DocumentState.ACCEPTED
        documents.answer(connection, received.id, key, state, receipt, [kept.message_id for _, kept in recorded])
        return Answer(receipt, refused, repeated=all(kept.repeated for _, kept in recorded))


def keep_document(
    connection: Transaction, received: Received, caller: str, digest: str, told: Mapping[str, Any]
) -> DataKey:
    """The document as it came, and that it came; `told` goes into that entry too. Its key, for the answer."""
    key = documents.keep(
        connection,
        id=received.id,
        caller=caller,
        media_type=received.media_type,
        digest=digest,
        body=received.body,
        received_at=received.received_at,
    )
    journal.append(
        connection,
        Event.DOCUMENT_RECEIVED,
        received.received_at,
        raw_document_id=received.id,
        agency=caller,
        digest=digest,
        size_bytes=len(received.body),
        **told,
    )
    return key


def locks_of(assessed: AssessedMessage) -> frozenset[str]:
    """What nobody else may record about at the same moment: the cases, and the message that this one replaces."""
    payload = assessed.validated.draft.payload
    key = payload.replaces()
    return case_keys(payload) | (frozenset({f"replaces|{key}"}) if key else frozenset())


def digest_of(body: bytes, attached: Mapping[str, Attachment]) -> str:
    """SHA-256 of the body and of the documents beside it."""
    digest = hashlib.sha256(body)
    for name in sorted(attached):
        digest.update(f"\0{name}\0{attached[name].sha256}".encode())
    return digest.hexdigest()
