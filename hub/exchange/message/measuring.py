"""What is counted about a message: taken from its payload when it is recorded."""

from datetime import datetime
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.message.stages import Validated
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages.messages import NewMessage
from hub.store.overview import measures
from schemas.catalogue import is_measured
from schemas.kind import Payload


def measured(
    payload: Payload | None, *, kind: str, id: UUID, sender: str, counts_as: str, accepted_at: datetime
) -> measures.KeptMeasures:
    """It counts on the day that it is about; if it says none, on the day on which it was accepted. Of a message that
    nobody can read any more, `payload` is None."""
    day = (payload.dated() if payload is not None else None) or accepted_at.astimezone(LONDON).date()
    said = payload.measures() if payload is not None else {}
    return measures.KeptMeasures(id, kind, sender, day, counts_as, accepted_at, said)


def keep_measures(connection: Transaction, validated: Validated, kept: NewMessage) -> None:
    """A message that was overtaken before it came counts for nothing."""
    if is_measured(validated.kind) and kept.overtaken_by is None:
        payload = validated.draft.payload
        new = measured(
            payload,
            kind=validated.kind.name,
            id=kept.id,
            sender=kept.sender,
            counts_as=blinding.subject_key(connection, payload.subject()),
            accepted_at=kept.accepted_at,
        )
        measures.keep(connection, new)
