"""Why each field of a kept message goes to a recipient or stays, under the protocols of today."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.deadlines.due import LONDON
from hub.exchange.kept import kept_message
from hub.sharing.agencies import Agency
from hub.sharing.decide import Denial, Permit, decide
from hub.sharing.explain import FieldExplanation, explain
from hub.sharing.protocols import SharingRegistry
from hub.store import deliveries
from hub.store.engine import Store
from schemas.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Explanation:
    """`decision` is that of today; `sent_under` is the protocol and version of the delivery, where there is one."""

    message_id: UUID
    kind: str
    sender: str
    recipient: str
    decision: Permit | Denial
    sent_under: str | None
    fields: tuple[FieldExplanation, ...]


def explanation(
    store: Store, registry: SharingRegistry, catalogue: Catalogue, message_id: UUID, recipient: Agency, now: datetime
) -> Explanation:
    with store.transaction() as connection:
        validated = kept_message(connection, message_id, catalogue, registry)
        delivery = deliveries.of_recipient(connection, message_id, recipient.id)
    on = now.astimezone(LONDON).date()
    sender = validated.sender.id
    decision = decide(registry, sender=sender, recipient=recipient.id, kind=validated.kind, on=on)
    return Explanation(
        message_id,
        validated.kind.name,
        sender,
        recipient.id,
        decision,
        f"{delivery.protocol} v{delivery.protocol_version}" if delivery else None,
        explain(validated.kind, validated.payload, decision),
    )
