"""A system says that what it handed in under a name has lost its meaning, such as a hearing that was deleted.

Each message of it that stands is replaced by an edition that says so. As with every edition, everybody who had the
message gets it, and the clocks that the message started are void. Nothing is forgotten.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from adapters.contract import Draft
from hub.errors import ContentDestroyed, NotFound
from hub.exchange.accepting.demands import Demands
from hub.exchange.accepting.intake import Intake
from hub.exchange.message.receipts import Answer
from hub.exchange.message.stages import Assessment, Received
from hub.exchange.wiring import Wiring
from hub.sharing.terms.agencies import Agency
from hub.store.content import named_documents
from hub.store.database.engine import Transaction
from hub.store.messages import contents, messages
from hub.store.messages.messages import KeptMessage
from schemas.problem import Problem


class NothingNamed(NotFound):
    """An agency's system withdraws what it never handed in."""

    code = "withdrawal.nothing_named"


class Withdrawing:
    def __init__(self, wiring: Wiring, intake: Intake) -> None:
        self._store = wiring.store
        self._catalogue = wiring.catalogue
        self._assessor = wiring.assessor
        self._intake = intake

    def withdraw(self, caller: Agency, interface: str, name: str, demands: Demands) -> Answer:
        """The same again has the same answer. Raises NothingNamed if the caller handed in nothing under this name."""
        with self._store.transaction() as connection:
            documents = named_documents.named(connection, caller.id, interface, name)
        ids = [id for document in documents for id in document.message_ids]
        if not ids:
            raise NothingNamed("nothing was handed in under this name", "send it first, or use the name that was used")
        said = {"withdrawn": name, "messages": sorted(map(str, ids))}
        demands = replace(demands, assessing=lambda received: self._assessment(received, ids))
        body = json.dumps(said, ensure_ascii=False).encode()
        return self._intake.receive(caller, body, "application/json", demands=demands)

    def _assessment(self, received: Received, ids: Sequence[UUID]) -> Assessment:
        with self._store.transaction() as connection:
            drafts = [self._withdrawal(connection, received, id) for id in dict.fromkeys(ids)]
        assessed = [
            self._assessor.assess_draft(draft, received) if isinstance(draft, Draft) else draft
            for draft in drafts
            if draft is not None
        ]
        if not assessed:
            problem = "everything that was handed in under this name is replaced already"
            assessed = [Problem("withdrawal.nothing_stands", "document", problem, "nothing")]
        refused = tuple(each for each in assessed if isinstance(each, Problem))
        return Assessment(tuple(each for each in assessed if not isinstance(each, Problem)), refused)

    def _withdrawal(self, connection: Transaction, received: Received, id: UUID) -> Draft | Problem | None:
        """None for a message that another one has replaced."""
        message = messages.find(connection, id)
        if message is None or messages.is_superseded(connection, id):
            return None
        try:
            return self._draft(connection, received, message)
        except ContentDestroyed as destroyed:
            return replace(destroyed.as_problem(), where=f"message {id}")

    def _draft(self, connection: Transaction, received: Received, message: KeptMessage) -> Draft | Problem:
        kind = self._catalogue.find(message.kind, message.version)
        kept = contents.payload_of(connection, message.id)
        payload = kind.payload.model_validate(kept).withdrawn(received.received_at) if kind is not None else None
        if payload is None:
            problem = f"a message of the kind {message.kind} cannot be withdrawn in this way"
            return Problem("withdrawal.impossible", f"message {message.id}", problem, "ask the exchange to settle it")
        reference = f"withdrawal/{message.id}"
        return Draft(
            message.kind,
            message.version,
            message.sender,
            None,
            reference,
            payload,
            received.received_at,
            where=f"message {message.id}",
        )
