"""Starts and stops clocks, inside the transaction of the message that causes it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from hub.identity.case_keys import contradict
from hub.journal.record.clocks import (
    ClockInMessage,
    record_clock_doubtful,
    record_clock_met,
    record_clock_missed,
    record_clock_started,
    record_clock_voided,
)
from hub.lifecycle import ClockState
from hub.sharing.decision.standing import Standing
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, messages
from hub.store.messages.clocks import KeptClock, NewClock
from schemas.kind import ClockStop

ClockTold = tuple[str, datetime, str | None]
"""What tells a clock from others of its message: name, deadline, and the agency that waits."""


def start_clock(connection: Transaction, new: NewClock, now: datetime) -> UUID:
    clock_id = clocks.start(connection, new)
    record = record_clock_doubtful if new.state is ClockState.DOUBTFUL else record_clock_started
    known = ClockInMessage(new.message_id, clock_id, new.owner, new.name)
    record(connection, now, known, due_at=new.due_at)
    return clock_id


def running_of(
    connection: Transaction, names: Collection[str], message_id: UUID, standing: Standing
) -> tuple[KeptClock, ...]:
    """Return the running clocks of these names for the same person in the matters in which the message may act. A clock
    that a message about another person of the case started is not among them."""
    found = clocks.running(connection, names, standing.keys, standing.acts_for, message_id)
    return tuple(
        clock
        for clock in found
        if clock.message_id == message_id
        or not contradict(messages.case_keys_of(connection, clock.message_id), standing.keys)
    )


def stop_clocks(
    connection: Transaction,
    stops: Iterable[ClockStop],
    message_id: UUID,
    standing: Standing,
    now: datetime,
    received_by: Collection[str] | None = None,
) -> None:
    """Stop every running clock of those names for the same person in the matters in which the message may act. A
    receipt, from the agency called `received_by`, stops no clock that waits until another agency has been sent it, or
    has received this message."""
    by_name = {stop.clock: stop for stop in stops}
    for clock in running_of(connection, by_name, message_id, standing):
        own = clock.forward_kind is not None or clock.message_id == message_id
        waits_for_another = own and clock.toward not in (received_by or (clock.toward,))
        before = by_name[clock.name].before
        if waits_for_another or (before is not None and clock.starts_at >= before):
            continue
        in_time = ClockState.MET if now <= clock.due_at else ClockState.MISSED
        end_clock(connection, clock, ClockState.VOID if by_name[clock.name].void else in_time, message_id, now)


def void_clocks(
    connection: Transaction,
    former_id: UUID,
    still: frozenset[ClockTold],
    by: UUID,
    standing: Standing,
    now: datetime,
) -> tuple[UUID, ...]:
    """A correction voids the clocks that the corrected message and its earlier editions started, except those that it
    starts `still`. Returns the clocks that it has voided."""
    voided = [
        clock
        for clock in clocks.open_of_editions(connection, former_id)
        if (clock.name, clock.due_at, clock.toward) not in still
    ]
    for clock in voided:
        end_clock(connection, clock, ClockState.VOID, by, now)
    return tuple(clock.id for clock in voided)


_RECORD = {
    ClockState.MET: record_clock_met,
    ClockState.MISSED: record_clock_missed,
    ClockState.VOID: record_clock_voided,
}


def end_clock(connection: Transaction, clock: KeptClock, state: ClockState, by: UUID, now: datetime) -> None:
    """End an open clock. `by` is the message that ends it."""
    clocks.stop(connection, clock.id, state, now, by)
    ended = ClockInMessage(by, clock.id, clock.owner, clock.name)
    _RECORD[state](connection, now, ended, started_by=clock.message_id)
