"""Receives a document: keep it, decide about its messages, record everything in one transaction, and only then
answer."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid4

from hub.access.keys import Signature, signature_missing
from hub.exchange.accepting.answering import DocumentAnswers, DocumentAtHand, keep_document, lock, touching
from hub.exchange.accepting.demands import NO_DEMANDS, Demands, StillMay
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.grouped import GroupedIntake, HandedIn
from hub.exchange.accepting.limits.open_messages import OpenMessages
from hub.exchange.accepting.limits.turns import Turns
from hub.exchange.accepting.unpack import body_limit, unpack
from hub.exchange.message.receipts import Answer, kept_receipt
from hub.exchange.message.stages import Assessment, Received
from hub.exchange.partners.agency_certificates import AgencyCertificates
from hub.exchange.wiring import Wiring
from hub.journal.record.documents import record_document_repeated
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents, later_answers, named_documents
from hub.store.database.engine import Transaction
from hub.store.database.gathered import RowsConflict
from hub.store.overview.precedents import precedents
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

SMALL_BYTES: Final = 65_536
_OBJECT = b"{"


class Intake:
    def __init__(self, wiring: Wiring, follower: Follower, certificates: AgencyCertificates) -> None:
        self._settings = wiring.settings
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._standstill = wiring.standstill
        self._log = wiring.log
        self._certificates = certificates
        self._open = OpenMessages(wiring.limits)
        self._turns = Turns(wiring.limits)
        self._answering = DocumentAnswers(wiring, follower, self._open)
        self.grouped = GroupedIntake(wiring, self._answering, self._open, self._turns, self._alone)

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

    def receive_soon(
        self, caller: Agency, body: bytes, media_type: str, signature: Signature | None, demands: Demands
    ) -> "asyncio.Future[Answer]":
        """Accept a document that `is_small`, together with those that come at the same moment. The
        answer is there once everything is durable. What it raises is about this document alone."""
        if signature is None and demands.signature:
            raise signature_missing()
        digest = digest_of(body, {})
        return self.grouped.ask(HandedIn(caller, body, media_type, signature, digest, demands.still_may))

    def _alone(self, call: HandedIn) -> Answer:
        return self.receive_unpacked(
            call.caller, call.body, call.media_type, {}, call.signature, demands=Demands(still_may=call.still_may)
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
                document = keep_document(
                    connection,
                    received,
                    caller,
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
                    if named.answers_to is not None:
                        later_answers.add(connection, caller.id, named.answers_to, received.id, received.received_at)
            try:
                if contradictions:
                    raise Refused(*contradictions)
                read = replace(received, body=signature.content) if signature and signature.content else received
                assessment = (demands.assessing or self._assessor.assess)(read)
            except Refused as refused:
                assessment = Assessment((), refused.problems)
            turn.cases = len(assessment.messages)
            answer = self._record(document, assessment, demands.still_may)
        self._answering.note([answer])
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

    def _record(self, document: DocumentAtHand, assessment: Assessment, still_may: StillMay) -> Answer:
        """Several messages are written together, unless somebody else records one of them at the same moment."""
        if len(assessment.messages) > 1:
            try:
                with self._store.gathering() as connection:
                    still_may(connection)
                    lock(connection, assessment.messages)
                    found = precedents(connection, (), list(map(touching, assessment.messages)))
                    return self._answering.record(connection, document, assessment, found)
            except RowsConflict as conflict:
                self._log.warning("document.one_by_one", error=conflict)
        with self._store.transaction() as connection:
            still_may(connection)
            lock(connection, assessment.messages)
            return self._answering.record(connection, document, assessment)


def is_small(body: bytes, content_encoding: str | None) -> bool:
    """Whether it is JSON, not compressed, and read in no time. Other documents are kept before they are read: reading
    them takes longer, and may fail in ways that nobody has foreseen."""
    plain = content_encoding in (None, "", "identity")
    return plain and len(body) <= SMALL_BYTES and body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_OBJECT)


def digest_of(body: bytes, attached: Mapping[str, Attachment]) -> str:
    """SHA-256 of the body and of its attachments."""
    digest = hashlib.sha256(body)
    for name in sorted(attached):
        digest.update(f"\0{name}\0{attached[name].sha256}".encode())
    return digest.hexdigest()
