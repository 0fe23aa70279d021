"""Decides what the store's answer to an upload means. Pure."""

from pydantic import BaseModel, JsonValue, ValidationError

from adapters.carriage.https.answer import Answer
from adapters.carriage.https.refusals import CONFLICT, refusal
from adapters.contract import CannotDeliver, Receipt
from adapters.transports.document_store.upload import Upload

CREATED = 201


class _Stored(BaseModel):
    """What the store may say about the document that it has."""

    document_uuid: JsonValue = None
    file_hash: JsonValue = None

    model_config = {"alias_generator": lambda name: {"document_uuid": "documentUuid", "file_hash": "fileHash"}[name]}


def understand(answer: Answer, upload: Upload) -> Receipt:
    """The receipt, if the store has this document, from now or from before. Raises CannotDeliver."""
    if answer.status not in (CREATED, CONFLICT):
        if 200 <= answer.status < 300:
            problem = f"status {answer.status} does not say that the document was stored"
            raise CannotDeliver("receipt.missing", problem, retryable=True)
        raise refusal(answer)
    stored = _stored(answer)
    if isinstance(stored.document_uuid, str) and stored.document_uuid.lower() != upload.uuid:
        raise CannotDeliver("receipt.other_message", "the answer names another document", retryable=True)
    if isinstance(stored.file_hash, str) and stored.file_hash.lower() != upload.sha256:
        # The same upload again would be answered 409, which looks like a receipt: so a person has to look.
        problem = "the store has other bytes under this uuid: its SHA-256 is another one"
        raise CannotDeliver("receipt.other_content", problem, retryable=False)
    return Receipt(proved=True, received_at=answer.at)


def _stored(answer: Answer) -> _Stored:
    try:
        return _Stored.model_validate_json(answer.body)
    except ValidationError:
        return _Stored()
