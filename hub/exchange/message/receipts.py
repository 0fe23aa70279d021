"""The receipt that the hub gives a sender, as plain JSON. The same content always gets the same receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict, cast
from uuid import UUID

from hub.errors import SignatureWrong
from hub.exchange.message.recording import Recorded
from hub.exchange.message.stages import AssessedMessage
from hub.journal.merkle import canonical
from hub.journal.receipt_places import ReceiptPlaces
from hub.journal.signing_keys import PublicKeys, SigningKeys
from schemas.json import Json, JsonObject
from schemas.problem import Problem


class ReceivedBy(TypedDict):
    """A recipient, and the protocol that permits it."""

    agency: str
    protocol: str


class NotPermitted(TypedDict):
    agency: str
    code: str
    reason: str


class ReceivedMessage(TypedDict):
    """A message of a document. It has no reference when its content was destroyed, because a reference names it.
    `journal_position` is its place in the journal, which only the exchange can read; receipts of earlier versions hold
    the number."""

    id: str
    kind: str
    version: int
    sender: str
    reference: NotRequired[str]
    accepted_at: str
    journal_position: str | int
    counts: dict[str, int]
    recipients: list[ReceivedBy]
    not_permitted: list[NotPermitted]


class Receipt(TypedDict):
    """`signed` is a compact JWS over the rest of it; `content_destroyed_at` is there once that has happened."""

    document: str
    received_at: str
    sha256: str
    messages: list[ReceivedMessage]
    refused: list[dict[str, str]]
    signed: NotRequired[str]
    content_destroyed_at: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """`receipt` is None if nothing was accepted; then `refused` gives the reasons."""

    receipt: Receipt | None
    refused: tuple[Problem, ...]
    repeated: bool


def receipt_of(
    document_id: UUID,
    received_at: datetime,
    digest: str,
    recorded: tuple[tuple[AssessedMessage, Recorded], ...],
    refused: tuple[Problem, ...],
    places: ReceiptPlaces,
) -> Receipt:
    return {
        "document": str(document_id),
        "received_at": received_at.isoformat(),
        "sha256": digest,
        "messages": [_message(assessed, kept, places) for assessed, kept in recorded],
        "refused": [problem.as_dict() for problem in refused],
    }


def kept_receipt(document: JsonObject) -> Receipt:
    """A receipt as the store kept it, which this exchange once wrote."""
    return cast(Receipt, document)


def signed(receipt: Receipt, keys: SigningKeys) -> Receipt:
    """The receipt with `signed`: a compact JWS over the canonical form of the other fields."""
    return {**receipt, "signed": keys.sign(canonical(receipt))}


def verified(document: Json, keys: PublicKeys) -> JsonObject:
    """The receipt without its signature. `document` is a receipt, or an answer that contains one. Raises
    SignatureWrong."""
    receipt = document.get("receipt", document) if isinstance(document, dict) else {}
    token = receipt.get("signed") if isinstance(receipt, dict) else None
    if not isinstance(token, str):
        raise SignatureWrong("receipt.unsigned", "the file contains no signed receipt", "give the original answer")
    said = {name: value for name, value in receipt.items() if name != "signed"}
    if keys.verified(token) != canonical(said):
        raise SignatureWrong(
            "receipt.changed", "the receipt was changed after it was signed", "give the original answer"
        )
    return said


def _message(assessed: AssessedMessage, kept: Recorded, places: ReceiptPlaces) -> ReceivedMessage:
    validated = assessed.validated
    return {
        "id": str(kept.message_id),
        "kind": validated.draft.kind,
        "version": validated.draft.version,
        "sender": validated.sender.id,
        "reference": validated.draft.reference,
        "accepted_at": kept.accepted_at.isoformat(),
        "journal_position": places.closed(kept.position),
        "counts": dict(validated.draft.payload.counts()),
        "recipients": [
            {"agency": cut.permitted.recipient.id, "protocol": "{} v{}".format(*cut.protocol)}
            for cut in assessed.minimised
        ],
        "not_permitted": [
            {"agency": denied.recipient.id, "code": denied.denial.code, "reason": denied.denial.reason}
            for denied in assessed.denied
        ],
    }
