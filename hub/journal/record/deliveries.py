"""Entries about deliveries: how an attempt ended, what a recipient fetched, and what is sent again.

A worker ends many deliveries in one transaction, so these functions take several at once. Each delivery gets its own
entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import NewEntry, append, append_all
from schemas.json import JsonMapping, JsonObject


@dataclass(frozen=True, slots=True)
class Handed:
    """What the recipient was given: under which protocol, the paths left out, the values that its format cannot hold,
    and the digest of the body."""

    protocol: str
    protocol_version: int
    withheld: Sequence[str]
    unexpressed: Sequence[str]
    sha256: str
    sheet_sha256: str | None = None
    """The digest of the sheet beside the body, if there was one."""

    def as_detail(self) -> JsonObject:
        sheet: JsonObject = {"sheet_sha256": self.sheet_sha256} if self.sheet_sha256 else {}
        return sheet | {
            "protocol": self.protocol,
            "protocol_version": self.protocol_version,
            "withheld": list(self.withheld),
            "unexpressed": list(self.unexpressed),
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class Delivered:
    """When the recipient acknowledges what it fetched, `handed` is only the digest. The entry of the fetching has the
    rest."""

    message_id: UUID
    delivery_id: UUID
    recipient: str
    handed: Handed | str
    attempt: int
    receipt_proved: bool


@dataclass(frozen=True, slots=True)
class Placed:
    message_id: UUID
    delivery_id: UUID
    recipient: str
    handed: Handed
    attempt: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """`why` explains `code` in words."""

    message_id: UUID
    delivery_id: UUID
    recipient: str
    code: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class AnsweredLater:
    """`outcome` is the recipient's word, and `call` the digest of its own name for the call."""

    message_id: UUID
    delivery_id: UUID
    recipient: str
    outcome: str
    call: str


@dataclass(frozen=True, slots=True)
class Readdressed:
    """The delivery now goes to `successor`."""

    message_id: UUID
    delivery_id: UUID
    successor: str


def record_delivered(connection: Transaction, at: datetime, ended: Iterable[Delivered]) -> None:
    """The recipient accepted the message. Detail: what it was given, which attempt it was, and whether its receipt
    proves it."""
    append_all(connection, [_entry(Event.DELIVERED, at, each, _delivered(each)) for each in ended])


def record_placed(connection: Transaction, at: datetime, ended: Iterable[Placed]) -> None:
    """The message is in its recipient's mailbox. Detail: what the recipient will be given, and which attempt it was."""
    details = ((each, each.handed.as_detail() | {"attempt": each.attempt}) for each in ended)
    append_all(connection, [_entry(Event.PLACED, at, each, detail) for each, detail in details])


def record_delivery_failed(connection: Transaction, at: datetime, ended: Iterable[NotSent]) -> None:
    """An attempt failed, and another one follows. Detail: why, as a code and in words."""
    append_all(connection, [_entry(Event.DELIVERY_FAILED, at, each, _why(each)) for each in ended])


def record_delivery_held(connection: Transaction, at: datetime, ended: Iterable[NotSent]) -> None:
    """It may not be sent now: no protocol permits it, or that could not be decided. Detail: why, as a code and in
    words."""
    append_all(connection, [_entry(Event.DELIVERY_HELD, at, each, _why(each)) for each in ended])


def record_quarantined(connection: Transaction, at: datetime, ended: Iterable[NotSent]) -> None:
    """It is not tried again until a person has looked at it. Detail: why, as a code and in words."""
    append_all(connection, [_entry(Event.QUARANTINED, at, each, _why(each)) for each in ended])


def record_readdressed(
    connection: Transaction, at: datetime, *, former: str, deliveries: Iterable[Readdressed]
) -> None:
    """The recipient has merged, so its successor gets the deliveries. Detail: the former recipient."""
    entries = [
        NewEntry(Event.READDRESSED, at, each.message_id, each.delivery_id, each.successor, {"former": former})
        for each in deliveries
    ]
    append_all(connection, entries)


def record_fetched(
    connection: Transaction, at: datetime, *, message_id: UUID, delivery_id: UUID, recipient: str, handed: Handed
) -> None:
    """The recipient fetched the message from its mailbox. Detail: what it was given."""
    append(
        connection,
        Event.FETCHED,
        at,
        message_id=message_id,
        delivery_id=delivery_id,
        agency=recipient,
        **handed.as_detail(),
    )


def record_answered(connection: Transaction, at: datetime, answered: AnsweredLater) -> None:
    """The recipient said later what became of the message. Detail: its word for it, and the digest of its own name for
    the call, by which the same call is known again."""
    append(
        connection,
        Event.DELIVERY_ANSWERED,
        at,
        message_id=answered.message_id,
        delivery_id=answered.delivery_id,
        agency=answered.recipient,
        outcome=answered.outcome,
        call=answered.call,
    )


def record_replayed(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    delivery_id: UUID,
    recipient: str,
    verdict: str,
    by: str,
    reason: str,
) -> None:
    """Somebody had the message sent again, or sent to a recipient that may have it now. Detail: which of the two, who
    and why."""
    append(
        connection,
        Event.REPLAYED,
        at,
        message_id=message_id,
        delivery_id=delivery_id,
        agency=recipient,
        verdict=verdict,
        by=by,
        reason=reason,
    )


def _entry(event: Event, at: datetime, ended: Delivered | Placed | NotSent, detail: JsonMapping) -> NewEntry:
    return NewEntry(event, at, ended.message_id, ended.delivery_id, ended.recipient, detail)


def _delivered(ended: Delivered) -> JsonObject:
    handed = {"sha256": ended.handed} if isinstance(ended.handed, str) else ended.handed.as_detail()
    return handed | {"attempt": ended.attempt, "receipt_proved": ended.receipt_proved}


def _why(ended: NotSent) -> JsonObject:
    return {"code": ended.code, "why": ended.why}
