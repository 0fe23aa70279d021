"""Entries about clocks: started, ended, overdue, and reminders. The agency of an entry is the clock's owner."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.lifecycle import ClockState
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


@dataclass(frozen=True, slots=True)
class ClockInMessage:
    """A clock, and the message that the entry belongs to: that which started it, or that which ended it."""

    message_id: UUID
    clock_id: UUID
    owner: str | None
    name: str


def record_clock_started(connection: Transaction, at: datetime, clock: ClockInMessage, *, due_at: datetime) -> None:
    """A message started a clock. Detail: its name and when it is due."""
    _due(connection, Event.CLOCK_STARTED, at, clock, due_at)


def record_clock_doubtful(connection: Transaction, at: datetime, clock: ClockInMessage, *, due_at: datetime) -> None:
    """It is in doubt whether the message starts the clock. Detail: its name and when it would be due."""
    _due(connection, Event.CLOCK_DOUBTFUL, at, clock, due_at)


def record_clock_decided(
    connection: Transaction,
    at: datetime,
    clock: ClockInMessage,
    *,
    state: ClockState,
    decided_by: str,
    reason: str,
    alone: bool | None = None,
    approved_by: str | None = None,
) -> None:
    """A person decided about a doubtful clock. Detail: its name, whether it runs or is void, who decided, and why; if
    it was declared void by itself, whether by one person alone, or who approved it."""
    append(
        connection,
        Event.CLOCK_DECIDED,
        at,
        message_id=clock.message_id,
        clock_id=clock.clock_id,
        agency=clock.owner,
        clock=clock.name,
        state=state,
        decided_by=decided_by,
        reason=reason,
        **given(alone=alone, approved_by=approved_by),
    )


def record_clock_passed_on(
    connection: Transaction, at: datetime, clock: ClockInMessage, *, former_owner: str | None
) -> None:
    """Another agency owes it from now on, because it supervises the person. Detail: its name and who owed it before."""
    append(
        connection,
        Event.CLOCK_PASSED_ON,
        at,
        message_id=clock.message_id,
        clock_id=clock.clock_id,
        agency=clock.owner,
        clock=clock.name,
        former_owner=former_owner,
    )


def record_clock_overdue(connection: Transaction, at: datetime, clock: ClockInMessage, *, due_at: datetime) -> None:
    """The clock passed its time. Each clock has only one such entry. Detail: its name and when it was due."""
    _due(connection, Event.CLOCK_OVERDUE, at, clock, due_at)


def record_clock_met(connection: Transaction, at: datetime, clock: ClockInMessage, *, started_by: UUID) -> None:
    """The message ended the clock in time. Detail: its name and the message that started it."""
    _ended(connection, Event.CLOCK_MET, at, clock, started_by)


def record_clock_missed(connection: Transaction, at: datetime, clock: ClockInMessage, *, started_by: UUID) -> None:
    """The message ended the clock, too late. Detail: its name and the message that started it."""
    _ended(connection, Event.CLOCK_MISSED, at, clock, started_by)


def record_clock_voided(connection: Transaction, at: datetime, clock: ClockInMessage, *, started_by: UUID) -> None:
    """The message withdrew the reason for the clock. Detail: its name and the message that started it."""
    _ended(connection, Event.CLOCK_VOIDED, at, clock, started_by)


def record_reminded(connection: Transaction, at: datetime, clock: ClockInMessage, *, reminder: UUID) -> None:
    """The owner of the clock was reminded. Detail: the message that reminds."""
    append(
        connection,
        Event.REMINDED,
        at,
        message_id=clock.message_id,
        clock_id=clock.clock_id,
        agency=clock.owner,
        reminder=str(reminder),
    )


def _due(connection: Transaction, event: Event, at: datetime, clock: ClockInMessage, due_at: datetime) -> None:
    append(
        connection,
        event,
        at,
        message_id=clock.message_id,
        clock_id=clock.clock_id,
        agency=clock.owner,
        clock=clock.name,
        due_at=due_at.isoformat(),
    )


def _ended(connection: Transaction, event: Event, at: datetime, clock: ClockInMessage, started_by: UUID) -> None:
    append(
        connection,
        event,
        at,
        message_id=clock.message_id,
        clock_id=clock.clock_id,
        agency=clock.owner,
        clock=clock.name,
        started_by=str(started_by),
    )
