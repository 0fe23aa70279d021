"""What the hub answers a sender: the receipt, as plain JSON. The same content always gets the same receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.exchange.record import Recorded
from hub.exchange.stages import AssessedMessage
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """`receipt` is None when nothing was accepted; then `refused` says why."""

    receipt: dict[str, Any] | None
    refused: tuple[Problem, ...]
    repeated: bool


def receipt_of(
    document_id: UUID,
    received_at: datetime,
    digest: str,
    recorded: tuple[tuple[AssessedMessage, Recorded], ...],
    refused: tuple[Problem, ...],
) -> dict[str, Any]:
    return {
        "document": str(document_id),
        "received_at": received_at.isoformat(),
        "sha256": digest,
        "messages": [_message(assessed, kept) for assessed, kept in recorded],
        "refused": [problem.as_dict() for problem in refused],
    }


def _message(assessed: AssessedMessage, kept: Recorded) -> dict[str, Any]:
    validated = assessed.validated
    return {
        "id": str(kept.message_id),
        "kind": validated.draft.kind,
        "version": validated.draft.version,
        "sender": validated.sender.id,
        "reference": validated.draft.reference,
        "accepted_at": kept.accepted_at.isoformat(),
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
