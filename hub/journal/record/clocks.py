"""Entries about clocks: started, ended, overdue, and reminders."""

from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.lifecycle import ClockState
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


def record_clock_started(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    due_at: datetime,
) -> None:
    """A message started a clock. Detail: its name and when it is due."""
    _running(connection, Event.CLOCK_STARTED, at, message_id, clock_id, owner, clock, due_at)


def record_clock_doubtful(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    due_at: datetime,
) -> None:
    """It is in doubt whether the message starts the clock. Detail: its name and when it would be due."""
    _running(connection, Event.CLOCK_DOUBTFUL, at, message_id, clock_id, owner, clock, due_at)


def record_clock_decided(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    state: ClockState,
    decided_by: str,
    reason: str,
) -> None:
    """A person decided about a doubtful clock. Detail: its name, whether it runs or is void, who decided, and why."""
    append(
        connection,
        Event.CLOCK_DECIDED,
        at,
        message_id=message_id,
        clock_id=clock_id,
        agency=owner,
        clock=clock,
        state=state,
        decided_by=decided_by,
        reason=reason,
    )


def record_clock_overdue(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    due_at: datetime,
) -> None:
    """The clock passed its time. Each clock has only one such entry. Detail: its name and when it was due."""
    _running(connection, Event.CLOCK_OVERDUE, at, message_id, clock_id, owner, clock, due_at)


def record_clock_met(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    started_by: UUID,
) -> None:
    """`message_id` ended the clock in time. Detail: its name and the message that started it."""
    _ended(connection, Event.CLOCK_MET, at, message_id, clock_id, owner, clock, started_by)


def record_clock_missed(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    started_by: UUID,
) -> None:
    """`message_id` ended the clock, too late. Detail: its name and the message that started it."""
    _ended(connection, Event.CLOCK_MISSED, at, message_id, clock_id, owner, clock, started_by)


def record_clock_voided(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    started_by: UUID,
) -> None:
    """`message_id` withdrew the reason for the clock. Detail: its name and the message that started it."""
    _ended(connection, Event.CLOCK_VOIDED, at, message_id, clock_id, owner, clock, started_by)


def record_reminded(
    connection: Transaction, at: datetime, *, message_id: UUID, clock_id: UUID, owner: str, reminder: UUID
) -> None:
    """The agency that owes what the clock waits for was reminded. Detail: the message that reminds it."""
    append(
        connection,
        Event.REMINDED,
        at,
        message_id=message_id,
        clock_id=clock_id,
        agency=owner,
        reminder=str(reminder),
    )


def _running(
    connection: Transaction,
    event: Event,
    at: datetime,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    due_at: datetime,
) -> None:
    append(
        connection,
        event,
        at,
        message_id=message_id,
        clock_id=clock_id,
        agency=owner,
        clock=clock,
        due_at=due_at.isoformat(),
    )


def _ended(
    connection: Transaction,
    event: Event,
    at: datetime,
    message_id: UUID,
    clock_id: UUID,
    owner: str | None,
    clock: str,
    started_by: UUID,
) -> None:
    append(
        connection,
        event,
        at,
        message_id=message_id,
        clock_id=clock_id,
        agency=owner,
        clock=clock,
        started_by=str(started_by),
    )
