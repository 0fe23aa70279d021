"""The whole story of a message, for the people it concerns. Never a body: who, what kind, when, why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.errors import NotFound
from hub.exchange.partners.availability import why_waiting
from hub.lifecycle import ClockState, DeliveryState
from hub.store.database.engine import Store, Transaction
from hub.store.journal import entries as journal
from hub.store.messages import answers, clocks, contents, deliveries, messages, partners
from hub.store.messages.clocks import KeptClock
from hub.store.messages.deliveries import KeptDelivery
from hub.store.messages.messages import KeptMessage


def find_message(store: Store, wanted: str) -> UUID:
    """From a whole id, or from its first characters if they fit only one. Raises NotFound."""
    plain = wanted.strip().lower()
    if not plain or set(plain) - set("0123456789abcdef-"):
        raise NotFound("that is no message id", "use the id of the receipt")
    with store.transaction() as connection:
        found = messages.find_by_prefix(connection, plain)
    if len(found) != 1:
        many = len(found) > 1
        raise NotFound(
            "several messages begin like that" if many else "there is no such message",
            "give more of the id" if many else "use the id of the receipt",
        )
    return found[0]


def story_of(store: Store, message_id: UUID, now: datetime) -> dict[str, Any]:
    """Everything, for an operator. Raises NotFound."""
    with store.transaction() as connection:
        row = messages.find(connection, message_id)
        if row is None:
            raise NotFound("there is no such message", "use the id of the receipt")
        receipts = answers.receipts_of(connection, message_id)
        return {
            **_head(connection, row),
            "doubts": row.doubts,
            "deliveries": [
                _delivery(connection, found, receipts, for_operator=True)
                for found in deliveries.of_message(connection, message_id)
            ],
            "clocks": [clock_view(found, now) for found in clocks.of_message(connection, message_id)],
            "exchange": [
                {"id": str(other.id), "kind": other.kind, "sender": other.sender, "state": other.state}
                for other in messages.related(connection, row.correlation)
            ],
            "journal": [
                {"position": e.position, "at": e.at.isoformat(), "event": e.event, "agency": e.agency, **e.detail}
                for e in journal.of_message(connection, message_id, row.raw_document_id)
            ],
        }


def story_for(store: Store, message_id: UUID, agency: str) -> dict[str, Any]:
    """What one agency may know: the sender sees every delivery, a recipient only its own.

    Raises NotFound for everybody else, exactly as if the message did not exist.
    """
    with store.transaction() as connection:
        row = messages.find(connection, message_id)
        sent = messages.sent_by(connection, message_id, agency)
        if row is None or not (sent or deliveries.is_recipient(connection, message_id, agency)):
            raise NotFound("there is no such message", "use the id of the receipt")
        found = deliveries.of_message(connection, message_id)
        receipts = answers.receipts_of(connection, message_id)
        return {
            **_head(connection, row),
            "deliveries": [
                _delivery(connection, delivery, receipts, for_operator=False)
                for delivery in found
                if sent or delivery.recipient == agency
            ],
        }


def _head(connection: Transaction, row: KeptMessage) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "version": row.version,
        "sender": row.sender,
        "reference": contents.references_of(connection, [row.id]).get(row.id),
        "state": row.state,
        "sent_at": row.sent_at.isoformat(),
        "accepted_at": row.accepted_at.isoformat(),
        "correlation": str(row.correlation),
        "causation": str(row.causation) if row.causation else None,
        "supersedes": str(row.supersedes) if row.supersedes else None,
        "sha256": row.digest,
        "counts": row.counts,
    }


def _why(connection: Transaction, row: KeptDelivery, *, for_operator: bool) -> str | None:
    """For what waits: the one before it, or else the partner itself, or else what the last attempt said. What a partner
    answered, or an operator wrote, is for operators: another agency reads the code."""
    code = f"{row.state}: {row.why_code}" if row.why_code else None
    said = row.why if for_operator else code
    if row.state not in (DeliveryState.WAITING, DeliveryState.HELD):
        return said
    before = deliveries.earlier_unfinished(connection, row.id)
    if before is not None:
        which = f"message {before.message_id}" if for_operator else "an earlier message"
        return f"waiting: {which} about the same subject goes first and is {before.state}"
    held_back = why_waiting(partners.find(connection, row.recipient), for_operator=for_operator)
    if row.state == DeliveryState.HELD:
        return str(row.why) if held_back is None else f"{row.why}; {held_back}"
    return held_back or said


def _delivery(
    connection: Transaction, row: KeptDelivery, receipts: Mapping[UUID, dict[str, Any]], *, for_operator: bool
) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "recipient": row.recipient,
        "state": row.state,
        "why": _why(connection, row, for_operator=for_operator),
        "why_code": row.why_code,
        "attempts": row.attempts,
        "next_try_at": row.due_at.isoformat() if row.state in ("waiting", "held") else None,
        "created_at": row.created_at.isoformat(),
        "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
        "protocol": f"{row.protocol} v{row.protocol_version}",
        "withheld": row.withheld,
        "unexpressed": row.unexpressed,
        "receipt": receipts.get(row.id),
        "because_of": str(row.cause) if row.cause else None,
    }


def clock_view(clock: KeptClock, now: datetime) -> dict[str, Any]:
    """`seconds_left` is negative once the time has passed; None when the clock does not run."""
    running = clock.state in (ClockState.RUNNING, ClockState.DOUBTFUL)
    return {
        "id": str(clock.id),
        "clock": clock.name,
        "state": clock.state,
        "overdue": running and clock.due_at < now,
        "starts_at": clock.starts_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "seconds_left": int((clock.due_at - now).total_seconds()) if running else None,
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "owner": clock.owner,
        "toward": clock.toward,
        "why": clock.why,
        "started_by": str(clock.message_id),
        "stopped_by": str(clock.stopped_by) if clock.stopped_by else None,
    }


def deadlines(store: Store, now: datetime, *, stopped_too: bool, name: str | None) -> list[dict[str, Any]]:
    """Every running clock, the most urgent first, or only those of one name; with `stopped_too` the others as well."""
    with store.transaction() as connection:
        found = clocks.listed(connection, stopped_too=stopped_too, name=name)
        references = contents.references_of(connection, [each.clock.message_id for each in found])
        return [
            {
                **clock_view(each.clock, now),
                "kind": each.kind,
                "sender": each.sender,
                "reference": references.get(each.clock.message_id),
                "age_days": (now - each.clock.starts_at).days,
            }
            for each in found
        ]
