"""Messages that the hub writes in its own name, under protocols of its own."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from adapters.contract import Draft
from hub.exchange.message.matters import Matters
from hub.exchange.message.recording import Cause, Recorded, record
from hub.exchange.message.stages import Received
from hub.store.database.engine import Transaction
from hub.store.messages import messages
from schemas.kind import MessageKind
from schemas.problem import Problem

HUB = "hub"


def write_own_message(
    connection: Transaction,
    matters: Matters,
    kind: MessageKind,
    payload: Mapping[str, object],
    reference: str,
    because_of: UUID | None,
    now: datetime,
) -> Recorded | Problem:
    """Write and record a message in the hub's name. A Problem if no protocol lets anybody receive it."""
    draft = Draft(kind.name, kind.version, HUB, None, reference, kind.payload.model_validate(payload), sent_at=now)
    hub = matters.assessor.registry.agencies.get(HUB)
    assessed = matters.assessor.assess_draft(draft, Received(uuid4(), hub, b"", "", {}, now))
    if isinstance(assessed, Problem):
        return assessed
    cause = Cause(because_of, messages.correlation_of(connection, because_of)) if because_of else None
    return record(connection, assessed, matters.judge(connection, assessed), None, now, cause)
