"""Puts the deliveries of a recorded message into the outbox; or into quarantine, if its sender has no standing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from hub.exchange.message.matters import JudgedMessage
from hub.exchange.message.own_ids import own_id
from hub.exchange.message.stages import Denied, Minimised
from hub.journal.record.deliveries import NotSent, record_quarantined
from hub.journal.record.sharing import PermittedDelivery, record_sharing_denied, record_sharing_permitted
from hub.sharing.decision.standing import NoStanding
from hub.store.database.engine import Transaction
from hub.store.messages import deliveries, standings
from hub.store.messages.deliveries import KeptBack, NewDelivery
from hub.store.overview.hearings import handed_in_by


def deliver_to(
    connection: Transaction, minimised: Minimised, message_id: UUID, now: datetime, cause: UUID | None = None
) -> UUID | None:
    """Put a delivery into the outbox. Returns None if the recipient has the message already, or if the message changes
    nothing and so goes to nobody."""
    kept = standings.find(connection, message_id)
    if kept is not None and not kept.stands:
        return None
    validated = minimised.permitted.validated
    within = kept.within if kept is not None else validated.sender.id
    if validated.draft.payload.listed_hearing() is not None:
        within = handed_in_by(connection, message_id) or within
    new = _new_delivery(connection, message_id, minimised)
    added = deliveries.add(connection, message_id, _subject(minimised, within), [new], now, cause)
    if new.id not in added:
        return None
    record_sharing_permitted(connection, now, message_id=message_id, deliveries=[_permitted(new)])
    return new.id


def deliver_to_all(
    connection: Transaction,
    cuts: Sequence[Minimised],
    message_id: UUID,
    judged: JudgedMessage,
    now: datetime,
) -> None:
    """Put the deliveries of a new message into the outbox. Without standing they go into quarantine instead. Each waits
    for earlier messages of the same matter; without standing, only for those of its sender."""
    if not cuts:
        return
    standing = judged.standing
    kept_back = KeptBack(standing.code, f"quarantined: {standing.reason}") if isinstance(standing, NoStanding) else None
    new = [_new_delivery(connection, message_id, cut) for cut in cuts]
    of_hearing = cuts[0].permitted.validated.draft.payload.listed_hearing() is not None
    # The lists of one hearing come from several courts, and stay in order if one agency hands them in.
    within = (judged.handed_in_by if of_hearing else None) or standing.within
    subject = _subject(cuts[0], within)
    if judged.is_first:
        recorded = list({delivery.recipient: delivery for delivery in reversed(new)}.values())[::-1]
        deliveries.add_to_new(connection, message_id, subject, recorded, now, judged.handed_in_by, kept_back)
    else:
        added = deliveries.add(connection, message_id, subject, new, now, cause=None, kept_back=kept_back)
        recorded = [delivery for delivery in new if delivery.id in added]
    record_sharing_permitted(connection, now, message_id=message_id, deliveries=map(_permitted, recorded))
    if kept_back is not None:
        waiting = [NotSent(message_id, each.id, each.recipient, kept_back.code, kept_back.why) for each in recorded]
        record_quarantined(connection, now, waiting)


def record_denied(connection: Transaction, message_id: UUID, denied: Denied, now: datetime) -> None:
    """Record in the journal that this recipient may not have the message."""
    record_sharing_denied(
        connection,
        now,
        message_id=message_id,
        recipient=denied.recipient.id,
        code=denied.denial.code,
        reason=denied.denial.reason,
    )


def _subject(minimised: Minimised, within: str) -> str:
    return f"{within}|{minimised.permitted.validated.draft.payload.subject()}"


def _new_delivery(connection: Transaction, message_id: UUID, cut: Minimised) -> NewDelivery:
    (protocol, version), recipient = cut.protocol, cut.permitted.recipient.id
    own = own_id(connection, recipient, message_id) if cut.permitted.permit.is_pseudonymous else None
    return NewDelivery(uuid4(), recipient, cut.permitted.target, protocol, version, cut.withheld(), own)


def _permitted(delivery: NewDelivery) -> PermittedDelivery:
    withheld = [held["path"] for held in delivery.withheld]
    return PermittedDelivery(delivery.id, delivery.recipient, delivery.protocol, delivery.protocol_version, withheld)
