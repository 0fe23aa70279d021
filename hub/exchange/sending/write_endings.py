"""Writes how attempts ended and what follows from it, in one transaction, if the token of the lease still counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.deadlines.clocks import stop_clocks
from hub.exchange.message.matters import recorded_standing
from hub.exchange.partners.availability import record_answers
from hub.exchange.partners.breaker import BreakerPolicy, Fault
from hub.exchange.sending.endings import Failed, Outcome, PlacedInMailbox, Sent, ending_of, says_something
from hub.journal.record import deliveries as journal
from hub.journal.record.deliveries import NotSent
from hub.lifecycle import DeliveryState
from hub.store.database.engine import Store, Transaction
from hub.store.messages import attempts, claims, clocks, mailbox, messages
from hub.store.messages.attempts import Ended, Ending

_RECORD_NOT_SENT = {
    DeliveryState.WAITING: journal.record_delivery_failed,
    DeliveryState.HELD: journal.record_delivery_held,
    DeliveryState.QUARANTINED: journal.record_quarantined,
}


@dataclass(frozen=True, slots=True)
class HeldOutcome:
    """How an attempt ended, with the token of its lease."""

    outcome: Outcome
    token: UUID


def write_endings(store: Store, held: Sequence[HeldOutcome], now: datetime, policy: BreakerPolicy) -> frozenset[UUID]:
    """Write all endings in one transaction. Returns the deliveries that were written. An ending whose lease was lost
    meanwhile changes one thing only: its worker does not count as dead."""
    if not held:
        return frozenset()
    endings = [(ending_of(each.outcome), each.token) for each in held]
    with store.gathering() as connection:
        rows = attempts.end(connection, endings)
        ended = [each.outcome for each in held if ending_of(each.outcome).id in rows]
        _record(connection, ended, rows, now)
        _stop_clocks(connection, [outcome for outcome in ended if isinstance(outcome, Sent)])
        for outcome in ended:
            if isinstance(outcome, PlacedInMailbox):
                mailbox.place(connection, outcome.item)
        _record_answers(connection, ended, rows, policy, now)
        messages.settle(connection, frozenset(row.message_id for row in rows.values()))
    # The lease was lost, so another worker has these deliveries, but this worker is alive.
    if late := [ending.id for ending, _ in endings if ending.id not in rows]:
        with store.transaction() as connection:
            claims.uncount_deaths(connection, late)
    return frozenset(rows)


def _record(connection: Transaction, ended: Sequence[Outcome], rows: Mapping[UUID, Ended], now: datetime) -> None:
    """Record the endings in the journal, except of deliveries that were not tried."""
    sent, placed = [], []
    not_sent: dict[DeliveryState, list[NotSent]] = {state: [] for state in _RECORD_NOT_SENT}
    for outcome in ended:
        ending = ending_of(outcome)
        row = rows[ending.id]
        of_delivery = row.message_id, ending.id, row.recipient
        if isinstance(outcome, Sent):
            proved = outcome.receipt_proved
            sent.append(journal.Delivered(*of_delivery, outcome.handed, outcome.attempt, proved))
        elif isinstance(outcome, PlacedInMailbox):
            placed.append(journal.Placed(*of_delivery, outcome.handed, outcome.attempt))
        elif isinstance(outcome, Failed) or not _never_tried(ending):
            not_sent[ending.state].append(NotSent(*of_delivery, ending.why_code, ending.why))
    journal.record_delivered(connection, now, sent)
    journal.record_placed(connection, now, placed)
    for state, record in _RECORD_NOT_SENT.items():
        record(connection, now, not_sent[state])


def _never_tried(ending: Ending) -> bool:
    """The delivery waits as it did before."""
    return ending.uncounted and not ending.perhaps_sent and ending.state is DeliveryState.WAITING


def _stop_clocks(connection: Transaction, sent: Sequence[Sent]) -> None:
    """Stop the clocks at the time of the receipt. The batch is written together, perhaps a minute later."""
    names = {stop.clock for each in sent for stop in each.stops}
    if not names:
        return
    may = clocks.may_be_stopped(connection, {each.message_id for each in sent if each.stops}, names)
    for each in sent:
        if each.stops and each.message_id in may:
            standing = recorded_standing(connection, each.message_id)
            if standing is not None:
                stop_clocks(connection, each.stops, each.message_id, standing, each.ending.at, each.received_by)


def _record_answers(
    connection: Transaction,
    ended: Sequence[Outcome],
    rows: Mapping[UUID, Ended],
    policy: BreakerPolicy,
    now: datetime,
) -> None:
    heard: dict[str, list[Fault | None]] = {}
    for outcome in ended:
        if says_something(outcome):
            fault = outcome.fault if isinstance(outcome, Failed) else None
            heard.setdefault(rows[outcome.ending.id].recipient, []).append(fault)
    for recipient in sorted(heard):
        record_answers(connection, recipient, heard[recipient], policy, now)
