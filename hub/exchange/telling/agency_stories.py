"""What an agency may see of a message: the sender sees what a protocol lets it learn, and a recipient sees what it was
sent.

Nothing here depends on what another agency has sent, so that no agency can find out by a message of its own whether
somebody is known elsewhere.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from hub.exchange.message.own_ids import day_of, own_ids
from hub.exchange.partners.availability import why_waiting
from hub.exchange.telling.story_views import TAKEN, RecipientDelivery, RecipientStory, SenderDelivery, SenderStory
from hub.lifecycle import DeliveryState, MessageState, message_state, shown_state
from hub.sharing.decision.standing import NONE as NO_STANDING
from hub.sharing.terms.protocols import SharingRegistry
from hub.sharing.terms.told_back import ToldBack
from hub.store.database.engine import Transaction
from hub.store.journal import entries as journal
from hub.store.messages import answers, contents, deliveries, messages, partners
from hub.store.messages.deliveries import KeptDelivery
from hub.store.messages.messages import KeptMessage
from hub.store.persons import people
from schemas.json import JsonObject
from schemas.kind import Target

_LIKE_A_REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")
"""A reference has a digit and no space, so it is a number and not a sentence about somebody."""
_NOT_SENT_YET = frozenset(
    {DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.QUARANTINED, DeliveryState.DISCARDED}
)


def story_for_sender(connection: Transaction, row: KeptMessage, registry: SharingRegistry) -> SenderStory:
    """Return the story for the sender. If the exchange found the recipients by searching, they are left out, unless the
    protocol lets the sender learn them. The state of such a message is always the same."""
    kept = deliveries.of_message(connection, row.id)
    told = [
        (
            _as_if_nobody_else_had_spoken(delivery),
            registry.told_back(
                (delivery.protocol, delivery.protocol_version), row.sender, delivery.recipient, row.kind
            ),
        )
        for delivery in kept
    ]
    state = row.state
    if any(_is_without_standing(delivery) for delivery in kept):
        state = message_state(tuple(each.state for each, _ in told))
    shown = [(each, back) for each, back in told if ToldBack.FOUND in back or each.target != Target.SUPERVISOR]
    receipts = answers.receipts_of(connection, row.id)
    hidden = len(shown) < len(told) or people.is_searched(connection, row.id)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "version": row.version,
        "sender": row.sender,
        "reference": contents.references_of(connection, [row.id]).get(row.id),
        "state": _state_of([each for each, _ in shown]) if hidden else state,
        "sent_at": row.sent_at.isoformat(),
        "accepted_at": row.accepted_at.isoformat(),
        "correlation": str(row.correlation),
        "causation": str(row.causation) if row.causation else None,
        "supersedes": str(row.supersedes) if row.supersedes else None,
        "overtaken_by": str(row.overtaken_by) if row.overtaken_by else None,
        "sha256": row.digest,
        "counts": row.counts,
        "deliveries": [_for_sender(connection, row, each, receipts, back) for each, back in shown],
    }


def story_for_recipient(connection: Transaction, row: KeptMessage, delivery: KeptDelivery) -> RecipientStory:
    """Return the story for a recipient: what it was sent, and its own delivery. It does not see the sender's own
    reference, the digest of the whole message and what was withheld."""
    id, exchange, sent_at = row.id, row.correlation, row.sent_at
    if delivery.known_as is not None:
        exchange = own_ids(connection, delivery.recipient, row.id, row.correlation).exchange
        id, sent_at = delivery.known_as, day_of(row.sent_at)
    return {
        "id": str(id),
        "kind": row.kind,
        "version": row.version,
        "sender": row.sender,
        "reference": str(id),
        "sent_at": sent_at.isoformat(),
        "correlation": str(exchange),
        "sha256": journal.digest_handed(connection, row.id, delivery.id),
        "deliveries": [_for_recipient(delivery, answers.receipts_of(connection, row.id))],
    }


def _as_if_nobody_else_had_spoken(delivery: KeptDelivery) -> KeptDelivery:
    """Return a delivery that is kept back for want of standing as one that waits. Otherwise its sender would learn that
    others have spoken of the case: a message about a case of nobody's is sent."""
    if not _is_without_standing(delivery):
        return delivery
    return replace(delivery, state=DeliveryState.WAITING, why=None, why_code=None, due_at=delivery.created_at)


def _is_without_standing(delivery: KeptDelivery) -> bool:
    return delivery.state is DeliveryState.QUARANTINED and delivery.why_code == NO_STANDING


def _state_of(shown: Sequence[KeptDelivery]) -> MessageState | Literal["taken"]:
    """Return the state of a message whose recipients the exchange searches for: only the deliveries that its sender
    sees count. If the search alone finds the area, there is nothing to see."""
    if not any(each.target == Target.AREA for each in shown):
        return TAKEN
    return message_state(tuple(each.state for each in shown))


def was_reached(delivery: KeptDelivery | None) -> bool:
    """Return whether any of it may have been sent. Until then the recipient does not see the message."""
    return delivery is not None and (delivery.state not in _NOT_SENT_YET or delivery.attempts > 0)


def _for_sender(
    connection: Transaction,
    message: KeptMessage,
    row: KeptDelivery,
    receipts: Mapping[UUID, JsonObject],
    told: frozenset[ToldBack],
) -> SenderDelivery:
    waits = row.state in (DeliveryState.WAITING, DeliveryState.HELD)
    knows_cause = row.cause is not None and messages.sent_by(connection, row.cause, message.sender)
    # The recipient has the exact time: by it, it and the sender could join the pseudonym to the name.
    delivered_at = row.delivered_at if row.known_as is None or row.delivered_at is None else day_of(row.delivered_at)
    return {
        "id": str(row.id) if row.known_as is None else None,
        "recipient": row.recipient,
        "state": shown_state(row.state, receipts.get(row.id)),
        "why": _why_for_sender(connection, row),
        "why_code": row.why_code,
        "attempts": row.attempts,
        "next_try_at": row.due_at.isoformat() if waits else None,
        "created_at": row.created_at.isoformat(),
        "delivered_at": delivered_at.isoformat() if delivered_at else None,
        "protocol": f"{row.protocol} v{row.protocol_version}",
        "withheld": row.withheld,
        "unexpressed": row.unexpressed,
        "receipt": _told_of_receipt(receipts.get(row.id), told, _to_the_second if row.known_as is None else day_of),
        "because_of": str(row.cause) if knows_cause else None,
    }


def _for_recipient(row: KeptDelivery, receipts: Mapping[UUID, JsonObject]) -> RecipientDelivery:
    return {
        "id": str(row.id),
        "recipient": row.recipient,
        "state": shown_state(row.state, receipts.get(row.id)),
        "why_code": row.why_code,
        "attempts": row.attempts,
        "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
        "protocol": f"{row.protocol} v{row.protocol_version}",
        "unexpressed": row.unexpressed,
        "receipt": receipts.get(row.id),
    }


def _why_for_sender(connection: Transaction, row: KeptDelivery) -> str | None:
    """Return why the delivery waits. Only operators see a partner's answer and an operator's words. The sender does not
    learn either whether another message about the same person goes first, because it may be another agency's."""
    code = f"{row.state}: {row.why_code}" if row.why_code else None
    if row.state not in (DeliveryState.WAITING, DeliveryState.HELD):
        return code
    held_back = why_waiting(partners.find(connection, row.recipient), for_operator=False)
    if row.state == DeliveryState.HELD:
        return str(row.why) if held_back is None else f"{row.why}; {held_back}"
    return held_back or code


def _told_of_receipt(
    receipt: JsonObject | None, told: frozenset[ToldBack], shown: Callable[[datetime], datetime]
) -> JsonObject | None:
    """Return whether it proves the delivery, and the part of the recipient's answer that the protocol lets the sender
    learn. Only operators see the rest: it is free text about a person, and no protocol has decided about it."""
    if receipt is None:
        return None
    received_at = receipt.get("received_at") if ToldBack.RECEIVED_AT in told else None
    received = shown(datetime.fromisoformat(received_at)) if isinstance(received_at, str) else None
    reference = receipt["words"].get("reference") if ToldBack.REFERENCE in told else None
    likely = isinstance(reference, str) and _LIKE_A_REFERENCE.fullmatch(reference)
    return {
        "proved": receipt.get("proved"),
        "received_at": received.isoformat() if received else None,
        "words": {"reference": reference} if likely else {},
    }


def _to_the_second(moment: datetime) -> datetime:
    """Return the moment in one form, so that its form reveals nothing."""
    return moment.astimezone(UTC).replace(microsecond=0)
