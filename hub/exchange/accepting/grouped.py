"""Receives small documents that arrive together in one transaction. What one of them may not do, it alone is told. If
the transaction fails, each is received by itself."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from hub.access.keys import Signature
from hub.errors import Failure, StoreUnavailable
from hub.exchange.accepting.answering import DocumentAnswers, keep_document, lock, touching
from hub.exchange.accepting.demands import StillMay, refusals
from hub.exchange.accepting.limits.open_messages import OpenMessages
from hub.exchange.accepting.limits.turns import Turns
from hub.exchange.message.receipts import Answer
from hub.exchange.message.stages import Assessment, Received
from hub.exchange.wiring import Wiring
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Transaction
from hub.store.overview.precedents import precedents
from hub.together import Together
from schemas.problem import Refused

_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An unpacked document in a call, and what the caller must still be allowed when it is recorded."""

    caller: Agency
    body: bytes
    media_type: str
    signature: Signature | None
    digest: str
    still_may: StillMay


@dataclass(frozen=True, slots=True)
class _Assessed:
    """A document that was assessed before anything of it is kept."""

    handed_in: HandedIn
    received: Received
    assessment: Assessment


class GroupedIntake:
    """`alone` receives one document by itself, in the ordinary way."""

    def __init__(
        self,
        wiring: Wiring,
        answering: DocumentAnswers,
        open_messages: OpenMessages,
        turns: Turns,
        alone: Callable[[HandedIn], Answer],
    ) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._standstill = wiring.standstill
        self._log = wiring.log
        self._answering = answering
        self._open = open_messages
        self._turns = turns
        self._alone = alone
        self._together = Together(self.receive_all, _AT_ONCE, "intake")

    def ask(self, call: HandedIn) -> "asyncio.Future[Answer]":
        """The answer, once everything is durable. What it raises is for this document alone."""
        return self._together.ask(call)

    def receive_all(self, calls: Sequence[HandedIn]) -> list[Answer | Exception]:
        """One answer, or what is raised, for each. Raises StoreUnavailable or StandingStill for all of them."""
        self._standstill.refuse()
        self._assessor.refresh()
        results: dict[int, Answer | Exception] = {}
        assessed: dict[int, _Assessed] = {}
        for number, call in enumerate(calls):
            try:
                assessed[number] = self._assess(call)
            except Exception as error:  # noqa: BLE001 - a document that cannot even be assessed is kept by itself first
                self._log.warning("document.alone", error=error)
        try:
            with self._store.gathering() as connection, ExitStack() as turns:
                results = self._record_all(connection, assessed, turns)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one of them is at fault, and falls out alone
            self._log.warning("documents.each_alone", error=error)
            results = {}
        self._answering.note(each for each in results.values() if isinstance(each, Answer) and not each.repeated)
        return [results[number] if number in results else self._by_itself(call) for number, call in enumerate(calls)]

    def _assess(self, call: HandedIn) -> _Assessed:
        received = Received(uuid4(), call.caller, call.body, call.media_type, {}, self._clock.now())
        signed = call.signature.content if call.signature else None
        try:
            assessment = self._assessor.assess(replace(received, body=signed) if signed else received)
        except Refused as refused:
            assessment = Assessment((), refused.problems)
        return _Assessed(call, received, assessment)

    def _record_all(
        self, connection: Transaction, assessed: dict[int, _Assessed], turns: ExitStack
    ) -> dict[int, Answer | Exception]:
        """Nothing for those that must be received by themselves."""
        results: dict[int, Answer | Exception] = {}
        refused = refusals(connection, {each.handed_in.still_may for each in assessed.values()})
        for number, each in assessed.items():
            try:
                self._admit(connection, each, refused, turns)
            except Failure as failure:
                results[number] = failure
        going = {number: each for number, each in assessed.items() if number not in results}
        messages = [message for each in going.values() for message in each.assessment.messages]
        lock(connection, messages)
        documents = [(each.handed_in.caller.id, each.handed_in.digest) for each in going.values()]
        found = precedents(connection, documents, list(map(touching, messages)))
        for number, each in going.items():
            call = each.handed_in
            if not found.is_new(call.caller.id, call.digest):
                continue  # it gets the answer that the same one had
            kept = keep_document(connection, each.received, call.caller, call.digest, signature=call.signature)
            results[number] = self._answering.record(connection, kept, each.assessment, found)
        return results

    def _admit(
        self, connection: Transaction, each: _Assessed, refused: dict[StillMay, Failure | None], turns: ExitStack
    ) -> None:
        """Raises what this call alone is told."""
        call = each.handed_in
        if (failure := refused[call.still_may]) is not None:
            raise failure
        self._open.check(connection, call.caller.id)
        turn = turns.enter_context(self._turns.of(call.caller.id, len(call.body)))
        turn.cases = len(each.assessment.messages)

    def _by_itself(self, call: HandedIn) -> Answer | Exception:
        try:
            return self._alone(call)
        except Exception as error:  # noqa: BLE001 - it is raised for this call, and the others have their answers
            return error
