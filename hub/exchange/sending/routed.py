"""Says to a probation area why it gets a message that is for the area that supervises."""

from dataclasses import replace
from uuid import UUID

from hub.exchange.message.stages import Validated
from hub.store.database.engine import Transaction
from hub.store.persons import people
from schemas.kind import Payload, Target
from schemas.parts.supervision import Routed


def mark_routed(
    connection: Transaction, message_id: UUID, recipient: str, target: str, validated: Validated
) -> Validated:
    """Return the message with the reason, where its kind has a field for it. Other recipients get none."""
    payload = validated.draft.payload
    if type(payload).marked_routed is Payload.marked_routed:
        return validated
    if target == Target.AREA:
        routed = Routed.BY_NAME if "area" in payload.facts() else Routed.BY_COURT
    elif target == Target.SUPERVISOR:
        link = people.link_of(connection, message_id, recipient)
        if link is None:
            return validated
        routed = routed_by(link)
    else:
        return validated
    return replace(validated, draft=replace(validated.draft, payload=payload.marked_routed(routed)))


def routed_by(link: people.FoundBy) -> Routed:
    return Routed.BY_SUPERVISION if link.supervises else Routed.BY_KNOWLEDGE
