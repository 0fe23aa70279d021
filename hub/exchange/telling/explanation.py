"""Why each field of a kept message was sent or withheld: by the version that decided, or else by today's version."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.message.recorded import kept_message
from hub.sharing.decision.conditions import decide_about
from hub.sharing.decision.decide import Denial, Permit, decide
from hub.sharing.decision.explain import FieldExplanation, explain
from hub.sharing.terms.agencies import Agency
from hub.sharing.terms.protocols import SharingRegistry
from hub.store.database.engine import Store
from hub.store.messages import deliveries
from hub.store.messages.deliveries import KeptDelivery
from schemas.catalogue import Catalogue
from schemas.kind import MessageKind


@dataclass(frozen=True, slots=True)
class Explanation:
    """The fields are explained by `decision`. For a delivery that has ended it is the decision of its day and version;
    otherwise it is `today`, the decision of today. `sent_under` is the protocol and version of the delivery."""

    message_id: UUID
    kind: str
    sender: str
    recipient: str
    decision: Permit | Denial
    today: Permit | Denial
    sent_under: str | None
    fields: tuple[FieldExplanation, ...]


def explanation(
    store: Store, registry: SharingRegistry, catalogue: Catalogue, message_id: UUID, recipient: Agency, now: datetime
) -> Explanation:
    with store.transaction() as connection:
        validated = kept_message(connection, message_id, catalogue, registry)
        delivery = deliveries.of_recipient(connection, message_id, recipient.id)
    on = now.astimezone(LONDON).date()
    sender, kind = validated.sender.id, validated.kind
    today = decide_about(registry, sender=sender, recipient=recipient.id, kind=kind, payload=validated.payload, on=on)
    then = permitted_then(registry, delivery, sender, kind) if delivery and delivery.delivered_at else None
    return Explanation(
        message_id,
        kind.name,
        sender,
        recipient.id,
        then or today,
        today,
        f"{delivery.protocol} v{delivery.protocol_version}" if delivery else None,
        explain(kind, validated.payload, then or today),
    )


def permitted_then(registry: SharingRegistry, delivery: KeptDelivery, sender: str, kind: MessageKind) -> Permit | None:
    """Return the decision as it was on its day, under the version that the delivery names. None if that version is no
    longer there."""
    named = (delivery.protocol, delivery.protocol_version)
    then = replace(registry, protocols=tuple(p for p in registry.protocols if (p.id, p.version) == named))
    on = (delivery.delivered_at or delivery.created_at).astimezone(LONDON).date()
    decision = decide(then, sender=sender, recipient=delivery.recipient, kind=kind, on=on)
    return decision if isinstance(decision, Permit) else None
