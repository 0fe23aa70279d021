"""Receives a document: keep it, decide about its messages, record everything in one transaction, and only then
answer."""

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from uuid import UUID, uuid4

from hub.access.keys import Signature, signature_missing
from hub.exchange.accepting.demands import NO_DEMANDS, Demands
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.open_messages import OpenMessages
from hub.exchange.accepting.turns import Turns
from hub.exchange.accepting.unpack import body_limit, unpack
from hub.exchange.message.receipts import Answer, ReceivedMessage, kept_receipt, receipt_of, signed
from hub.exchange.message.recording import Recorded, record
from hub.exchange.message.stages import AssessedMessage, Assessment, Received
from hub.exchange.partners.agency_certificates import AgencyCertificates
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import case_keys
from hub.journal.receipt_places import ReceiptPlaces
from hub.journal.record.documents import (
    record_document_received,
    record_document_refused,
    record_document_repeated,
    record_part_refused,
)
from hub.lifecycle import DocumentState
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents, named_documents
from hub.store.database.engine import Transaction
from hub.store.messages import case_locks
from hub.store.repairing import refused_parts
from hub.store.repairing.refused_parts import Refusal
from hub.vault.data_key import DataKey
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused


class Intake:
    def __init__(self, wiring: Wiring, follower: Follower, certificates: AgencyCertificates) -> None:
        self._settings = wiring.settings
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._keys = wiring.signing
        self._places = ReceiptPlaces(wiring.signing)
        self._standstill = wiring.standstill
        self._notes = wiring.notes
        self._log = wiring.log
        self._follower = follower
        self._certificates = certificates
        self._open = OpenMessages(wiring.limits)
        self._turns = Turns(wiring.limits)

    def receive(
        self,
        caller: Agency,
        body: bytes,
        media_type: str = "",
        content_encoding: str | None = None,
        attached: Mapping[str, Attachment] | None = None,
        signature: Signature | None = None,
        *,
        demands: Demands = NO_DEMANDS,
        handed_in_by: str | None = None,
    ) -> Answer:
        """Accept a document. `handed_in_by` is a person who hands it in for the agency. Returns only once everything is
        durable. Raises Failure, and then nothing was accepted."""
        unpacked = unpack(body, content_encoding, body_limit(self._settings, body))
        signed_by = signature or self._certificates.signature_within(caller, unpacked)
        if signed_by is None and demands.signature:
            raise signature_missing()
        return self.receive_unpacked(
            caller, unpacked, media_type, attached or {}, signed_by, handed_in_by, demands=demands
        )

    def receive_unpacked(
        self,
        caller: Agency,
        body: bytes,
        media_type: str,
        attached: Mapping[str, Attachment],
        signature: Signature | None = None,
        handed_in_by: str | None = None,
        corrects: UUID | None = None,
        demands: Demands = NO_DEMANDS,
    ) -> Answer:
        """`body` is unpacked and within its limit. `corrects` is a document that was refused. Raises StoreUnavailable,
        TooManyOpen or TooManyCases: then nothing was kept."""
        self._standstill.refuse()
        self._assessor.refresh()
        digest = digest_of(body, attached)
        received = Received(uuid4(), caller, body, media_type, attached, self._clock.now())
        with ExitStack() as working:
            with self._store.transaction() as connection:
                demands.still_may(connection)
                before = documents.receipt_of_same(connection, caller.id, digest)
                if before is not None:
                    record_document_repeated(
                        connection, received.received_at, document_id=UUID(before["document"]), sender=caller.id
                    )
                    return Answer(kept_receipt(before), (), repeated=True)
                contradictions = self._contradictions(connection, caller, demands, digest)
                self._open.check(connection, caller.id)
                turn = working.enter_context(self._turns.of(caller.id, len(body)))
                key = keep_document(
                    connection,
                    received,
                    caller.id,
                    digest,
                    signature=signature,
                    by=handed_in_by,
                    corrects=corrects,
                    through=demands.through,
                )
                if demands.naming is not None:
                    named = demands.naming
                    named_documents.add(
                        connection, caller.id, named.interface, named.name, received.id, received.received_at
                    )
            try:
                if contradictions:
                    raise Refused(*contradictions)
                read = replace(received, body=signature.content) if signature and signature.content else received
                assessment = (demands.assessing or self._assessor.assess)(read)
            except Refused as refused:
                assessment = Assessment((), refused.problems)
            turn.cases = len(assessment.messages)
            with self._store.transaction() as connection:
                demands.still_may(connection)
                answer = self._record(connection, received, caller, digest, key, assessment)
        self._note(answer)
        return answer

    def _contradictions(
        self, connection: Transaction, caller: Agency, demands: Demands, digest: str
    ) -> tuple[Problem, ...]:
        """Also if its name belongs to another document. The lock makes two of one name wait for each other."""
        naming = demands.naming
        if naming is None or naming.taken is None:
            return demands.contradictions
        before = named_documents.digests_of(connection, caller.id, naming.interface, naming.name)
        return (*demands.contradictions, naming.taken) if before - {digest} else demands.contradictions

    def _note(self, answer: Answer) -> None:
        """Outside of the database, so that what is taken out of it is missed. It is accepted all the same."""
        said = answer.receipt["messages"] if answer.receipt else ()
        try:
            self._notes.add([(self._place_of(each), UUID(each["id"])) for each in said], self._clock.now())
        except OSError as error:
            self._log.warning("acceptance.not_noted", error=error)

    def _place_of(self, message: ReceivedMessage) -> int:
        position = self._places.opened(str(message["journal_position"]))
        assert position is not None  # noqa: S101 - this process has just closed it
        return position

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
        case_locks.lock_cases(connection, frozenset().union(*(locks_of(assessed) for assessed in assessment.messages)))
        recorded: list[tuple[AssessedMessage, Recorded]] = []
        refused = list(assessment.refused)
        for assessed in assessment.messages:
            judged = self._follower.judge(connection, assessed)
            clocks = self._follower.clocks_to_start(connection, assessed, judged.standing)
            if isinstance(clocks, Problem):
                refused.append(clocks)
                continue
            outcome = record(connection, assessed, judged, received.id, now, cause=None)
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
        if refused:
            record_refused = record_part_refused if recorded else record_document_refused
            problems = [(problem.code, problem.where) for problem in refused]
            record_refused(connection, self._clock.now(), document_id=received.id, sender=caller.id, problems=problems)
            kept = [Refusal(problem.code, problem.where, problem.problem, problem.cure) for problem in refused]
            refused_parts.add(connection, received.id, kept, self._clock.now())
            self._open.accepted(caller.id, len(refused))
        if not recorded:
            documents.answer(connection, received.id, key, DocumentState.REFUSED, None)
            return Answer(None, refused, repeated=False)
        receipt = signed(
            receipt_of(received.id, received.received_at, digest, recorded, refused, self._places), self._keys
        )
        state = DocumentState.PARTLY if refused else DocumentState.ACCEPTED
        documents.answer(connection, received.id, key, state, receipt, [kept.message_id for _, kept in recorded])
        return Answer(receipt, refused, repeated=all(kept.repeated for _, kept in recorded))


def keep_document(
    connection: Transaction,
    received: Received,
    caller: str,
    digest: str,
    *,
    signature: Signature | None = None,
    by: str | None = None,
    corrects: UUID | None = None,
    through: str | None = None,
) -> DataKey:
    """Keep the document as received, and record its arrival. Returns its key, for the answer."""
    key = documents.keep(
        connection,
        id=received.id,
        caller=caller,
        media_type=received.media_type,
        digest=digest,
        body=received.body,
        received_at=received.received_at,
    )
    record_document_received(
        connection,
        received.received_at,
        document_id=received.id,
        sender=caller,
        digest=digest,
        size_bytes=len(received.body),
        signed_by=signature.key_id if signature else None,
        signature=signature.text if signature else None,
        by=by,
        corrects=corrects,
        through=through,
    )
    return key


def locks_of(assessed: AssessedMessage) -> frozenset[str]:
    """The locks to take, so that nobody else records about the same cases, or the message that this one replaces, at
    the same moment."""
    payload = assessed.validated.draft.payload
    key = payload.replaces() or payload.perhaps_replaces()
    return case_keys(payload) | (frozenset({f"replaces|{key}"}) if key else frozenset())


def digest_of(body: bytes, attached: Mapping[str, Attachment]) -> str:
    """SHA-256 of the body and of its attachments."""
    digest = hashlib.sha256(body)
    for name in sorted(attached):
        digest.update(f"\0{name}\0{attached[name].sha256}".encode())
    return digest.hexdigest()
