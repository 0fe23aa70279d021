"""What became of the documents that an agency's system handed in under names: it asks later, instead of waiting."""

from dataclasses import dataclass
from datetime import datetime

from hub.errors import ContentDestroyed
from hub.exchange.message.receipts import Answer, kept_receipt
from hub.exchange.wiring import Wiring
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents, named_documents
from hub.store.content.named_documents import NamedDocument
from hub.store.database.engine import Transaction
from hub.store.repairing import refused_parts
from schemas.problem import Problem

ANSWERS_MAX = 100


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """`body` is None if the content is destroyed."""

    at: datetime
    body: bytes | None
    answer: Answer


class EarlierAnswers:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store

    def of(
        self, caller: Agency, interface: str, since: datetime, until: datetime | None
    ) -> tuple[tuple[KeptAnswer, ...], bool]:
        """The answers, the oldest first, and whether there are more."""
        with self._store.transaction() as connection:
            found = named_documents.between(connection, caller.id, interface, since, until, ANSWERS_MAX + 1)
            kept = tuple(self._answer(connection, each) for each in found[:ANSWERS_MAX])
        return kept, len(found) > ANSWERS_MAX

    def _answer(self, connection: Transaction, named: NamedDocument) -> KeptAnswer:
        refused = tuple(
            Problem(part.code, part.place, part.problem, part.cure)
            for part in refused_parts.refusals_of(connection, named.raw_document_id)
        )
        try:
            body: bytes | None = documents.body_of(connection, named.raw_document_id)
            receipt = named_documents.receipt_of(connection, named.raw_document_id)
        except ContentDestroyed:
            body = receipt = None
        answer = Answer(kept_receipt(receipt) if receipt is not None else None, refused, repeated=False)
        return KeptAnswer(named.named_at, body, answer)
