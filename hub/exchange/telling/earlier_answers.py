"""What became of the documents that an agency's system handed in under names: it asks later, instead of waiting."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.errors import ContentDestroyed
from hub.exchange.message.receipts import Answer, kept_receipt
from hub.exchange.wiring import Wiring
from hub.sharing.terms.agencies import Agency
from hub.store.content import documents, named_documents
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
            kept = tuple(answer_to(connection, each.raw_document_id, each.named_at) for each in found[:ANSWERS_MAX])
        return kept, len(found) > ANSWERS_MAX


def answer_to(connection: Transaction, document: UUID, at: datetime) -> KeptAnswer:
    """What became of one document, which has been answered. `at` is when it was handed in."""
    refused = tuple(
        Problem(part.code, part.place, part.problem, part.cure)
        for part in refused_parts.refusals_of(connection, document)
    )
    try:
        body: bytes | None = documents.body_of(connection, document)
        receipt = named_documents.receipt_of(connection, document)
    except ContentDestroyed:
        body = receipt = None
    answer = Answer(kept_receipt(receipt) if receipt is not None else None, refused, repeated=False)
    return KeptAnswer(at, body, answer)
