"""Entries about decisions: who may have a message, who may not, and who could not be found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import NewEntry, append, append_all


@dataclass(frozen=True, slots=True)
class PermittedDelivery:
    """`withheld` has the paths of the fields that the protocol does not let this recipient see."""

    delivery_id: UUID
    recipient: str
    protocol: str
    protocol_version: int
    withheld: Sequence[str]


def record_sharing_permitted(
    connection: Transaction, at: datetime, *, message_id: UUID, deliveries: Iterable[PermittedDelivery]
) -> None:
    """A protocol lets these recipients have the message. Each gets one entry. Detail: the protocol with its version,
    and the paths of the fields that are left out."""
    entries = [
        NewEntry(
            Event.SHARING_PERMITTED,
            at,
            message_id,
            each.delivery_id,
            each.recipient,
            {
                "protocol": each.protocol,
                "protocol_version": each.protocol_version,
                "withheld": list(each.withheld),
            },
        )
        for each in deliveries
    ]
    append_all(connection, entries)


def record_index_answered(
    connection: Transaction, at: datetime, *, message_id: UUID, asked_by: str, purpose: str, areas: Sequence[str]
) -> None:
    """An agency has asked the index which areas know a person. Detail: the purpose, and the areas that were found."""
    append(
        connection,
        Event.INDEX_ANSWERED,
        at,
        message_id=message_id,
        agency=asked_by,
        purpose=purpose,
        areas=list(areas),
    )


def record_index_searched(
    connection: Transaction, at: datetime, *, by: str, reason: str, asked_by: Sequence[str], areas: Sequence[str]
) -> None:
    """Somebody who works for the exchange has looked a person up in the index. Detail: who, why, by which types of
    value, and the areas that were found; never the values."""
    append(
        connection,
        Event.INDEX_SEARCHED,
        at,
        by=by,
        reason=reason,
        asked_by=list(asked_by),
        areas=list(areas),
    )


def record_register_read(
    connection: Transaction, at: datetime, *, by: str, reason: str, only: Sequence[str], entries: int
) -> None:
    """Somebody who works for the exchange has listed the registers of risk. Detail: who, why, by what the list was
    limited, and how many entries it has; never the values."""
    append(connection, Event.REGISTER_READ, at, by=by, reason=reason, only=list(only), entries=entries)


def record_sharing_denied(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    code: str,
    reason: str,
    recipient: str | None = None,
    clock_id: UUID | None = None,
) -> None:
    """No protocol lets the recipient have the message. `clock_id` is set if the hub may not ask a question for that
    clock; then there is no recipient. Detail: the reason as a code and in words."""
    append(
        connection,
        Event.SHARING_DENIED,
        at,
        message_id=message_id,
        clock_id=clock_id,
        agency=recipient,
        code=code,
        reason=reason,
    )


def record_recipient_unknown(
    connection: Transaction, at: datetime, *, message_id: UUID, target: str, reason: str
) -> None:
    """A recipient that the message's kind names could not be found. Detail: which, and why."""
    append(connection, Event.RECIPIENT_UNKNOWN, at, message_id=message_id, target=target, reason=reason)
