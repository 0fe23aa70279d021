"""How an attempt ends, and what its ending sets in motion: written together, fenced by the token of the lease."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeGuard
from uuid import UUID

from adapters.contract import CannotDeliver, Receipt
from hub.deadlines.clocks import stop_clocks
from hub.errors import KeyServiceUnavailable
from hub.exchange.partners.availability import note_heard
from hub.exchange.partners.breaker import BreakerPolicy, Fault
from hub.exchange.sending.preparation import Prepared
from hub.exchange.sending.retry import RetryPolicy
from hub.journal.record import deliveries as journal
from hub.journal.record.deliveries import Handed, NotSent
from hub.lifecycle import Availability, DeliveryState
from hub.sharing.decision.decide import Denial
from hub.store.database.engine import Store, Transaction
from hub.store.messages import attempts, claims, mailbox, messages
from hub.store.messages.attempts import Ended, Ending, Work
from hub.store.messages.mailbox import NewItem
from schemas.json import JsonObject
from schemas.kind import ClockStop, StopAt


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that the recipient took, and the clocks that its receipt stops."""

    ending: Ending
    message_id: UUID
    recipient: str
    stops: tuple[ClockStop, ...]
    handed: Handed
    attempt: int
    receipt_proved: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A delivery that now waits in its recipient's mailbox. `only_fetches`: nothing is ever sent to that recipient, so
    that no way to it can have failed."""

    ending: Ending
    item: NewItem
    handed: Handed
    attempt: int
    only_fetches: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that reached for the partner and came back without a receipt. Without a fault it did answer: it
    refuses this one message."""

    ending: Ending
    fault: Fault | None


Outcome = Sent | Placed | Failed | Ending
"""A plain Ending is of an attempt that says nothing about the partner."""


def delivered(item: Work, prepared: Prepared, receipt: Receipt, now: datetime) -> Sent:
    words = {
        "proved": receipt.proved,
        "received_at": receipt.received_at.isoformat() if receipt.received_at else None,
        "words": dict(receipt.words),
    }
    ending = _ending(item.id, DeliveryState.DELIVERED, prepared, now, receipt=words)
    stops = stopped_by_receipt(prepared.validated.stops(), item.target) if receipt.proved else ()
    handed = handed_in(prepared)
    return Sent(ending, item.message_id, item.recipient, stops, handed, item.attempt, receipt.proved)


def placed(item: Work, prepared: Prepared, now: datetime, *, only_fetches: bool) -> Placed:
    why = f"placed: waits until {item.recipient} has fetched and acknowledged it"
    ending = _ending(item.id, DeliveryState.PLACED, prepared, now, why_code="mailbox.placed", why=why)
    new = NewItem(
        item.id, item.recipient, item.message_id, prepared.encoded.media_type, prepared.encoded.body, placed_at=now
    )
    return Placed(ending, new, handed_in(prepared), item.attempt, only_fetches)


def says_something(outcome: Outcome) -> TypeGuard[Sent | Placed | Failed]:
    """Of the partner: not what was never tried, nor what lies in its mailbox while its other ways may be broken."""
    return isinstance(outcome, Sent | Failed) or (isinstance(outcome, Placed) and outcome.only_fetches)


def stopped_by_receipt(stops: Sequence[ClockStop], target: str) -> tuple[ClockStop, ...]:
    """Those that a receipt of this recipient stops."""
    return tuple(stop for stop in stops if stop.at is StopAt.RECEIPT and stop.toward == target)


def handed_in(prepared: Prepared) -> Handed:
    """What the journal keeps of it."""
    protocol, protocol_version = prepared.minimised.protocol
    withheld = [held["path"] for held in prepared.minimised.withheld()]
    sha256 = hashlib.sha256(prepared.encoded.body).hexdigest()
    return Handed(protocol, protocol_version, withheld, prepared.encoded.unexpressed, sha256)


def _ending(
    id: UUID,
    state: DeliveryState,
    prepared: Prepared,
    now: datetime,
    *,
    why_code: str | None = None,
    why: str | None = None,
    receipt: JsonObject | None = None,
) -> Ending:
    protocol, protocol_version = prepared.minimised.protocol
    decision = (protocol, protocol_version, prepared.minimised.withheld())
    return Ending(
        id,
        state,
        now,
        why_code=why_code,
        why=why,
        receipt=receipt,
        decision=decision,
        unexpressed=list(prepared.encoded.unexpressed),
    )


def held(item: Work, denial: Denial, now: datetime, again: datetime) -> Ending:
    """No live protocol at the moment of sending: it waits, and says so."""
    return Ending(
        item.id,
        DeliveryState.HELD,
        now,
        due_at=again,
        why_code=denial.code,
        why=f"held: {denial.reason}",
        uncounted=True,
    )


def given_back(item: Work, due_at: datetime) -> Ending:
    return Ending(
        item.id,
        DeliveryState.WAITING,
        due_at,
        due_at=due_at,
        why_code="partner.down",
        why=f"waiting: {item.recipient} did not accept the delivery before it",
        uncounted=True,
    )


def not_begun(item: Work, now: datetime) -> Ending:
    """A person has paused the partner since it was leased."""
    why = f"waiting: {item.recipient} was paused before its turn"
    return Ending(item.id, DeliveryState.WAITING, now, due_at=now, why_code="partner.paused", why=why, uncounted=True)


def stopped(item: Work, now: datetime) -> Ending:
    why = "waiting: its worker was stopped before its turn"
    return Ending(item.id, DeliveryState.WAITING, now, due_at=now, why_code="worker.stopped", why=why, uncounted=True)


def broken_off(item: Work, now: datetime) -> Ending:
    why = "waiting: its worker was stopped while sending it; it is sent again under the same id"
    return replace(stopped(item, now), why=why, perhaps_sent=True)


def unopened(item: Work, error: KeyServiceUnavailable, due_at: datetime) -> Ending:
    why = f"waiting: {error.problem}"
    return Ending(item.id, DeliveryState.WAITING, due_at, due_at=due_at, why_code=error.code, why=why, uncounted=True)


def failed(
    item: Work,
    code: str,
    problem: str,
    retryable: bool,
    retry: RetryPolicy,
    now: datetime,
    *,
    where: str | None = None,
    cure: str | None = None,
) -> Ending:
    if retryable and not retry.exhausted(item.attempt):
        again = retry.next_try(now, item.attempt, random.random())
        return Ending(item.id, DeliveryState.WAITING, now, due_at=again, why_code=code, why=f"waiting: {problem}")
    tries = f" after {item.attempt} attempts" if retryable else ""
    return Ending(
        item.id,
        DeliveryState.QUARANTINED,
        now,
        why_code=code,
        why=f"quarantined{tries}: {problem}",
        where=where,
        cure=cure,
    )


def not_taken(item: Work, error: CannotDeliver, retry: RetryPolicy, standing: Availability, now: datetime) -> Failed:
    """A probe, and an attempt that the partner asked to put off, count against nobody: they say nothing about the
    message. Unless it is put off for days while the partner takes others."""
    ending = failed(item, error.code, error.problem, error.retryable, retry, now)
    if not error.retryable:
        return Failed(ending, None)
    wait = None if error.wait_seconds is None else timedelta(seconds=error.wait_seconds)
    fault = Fault(error.code, error.problem, wait)
    for_too_long = now - item.created_at > retry.patience
    if standing.next_try_at is None and (wait is None or for_too_long):
        return Failed(ending, fault)
    why = f"waiting: {error.problem}"
    later = Ending(item.id, DeliveryState.WAITING, now, due_at=now, why_code=error.code, why=why, uncounted=True)
    return Failed(later, fault)


def never_ended(item: Work, now: datetime) -> Ending:
    """Whatever it is, it kills its worker."""
    why = f"quarantined: {item.deaths} workers died one after another while they worked on it"
    return Ending(item.id, DeliveryState.QUARANTINED, now, why_code="delivery.never_ended", why=why, uncounted=True)


_RECORD_NOT_SENT = {
    DeliveryState.WAITING: journal.record_delivery_failed,
    DeliveryState.HELD: journal.record_delivery_held,
    DeliveryState.QUARANTINED: journal.record_quarantined,
}


def write_endings(store: Store, outcomes: Sequence[Outcome], token: UUID, now: datetime, policy: BreakerPolicy) -> int:
    """One transaction for all; returns how many were delivered. An ending whose lease was lost meanwhile changes
    nothing but this: whoever had it is not dead."""
    if not outcomes:
        return 0
    endings = [_ending_of(outcome) for outcome in outcomes]
    with store.transaction() as connection:
        rows = attempts.end(connection, endings, token)
        ended = [outcome for outcome in outcomes if _ending_of(outcome).id in rows]
        sent = [outcome for outcome in ended if isinstance(outcome, Sent)]
        _record(connection, ended, rows, now)
        _stop_clocks(connection, sent)
        for outcome in ended:
            if isinstance(outcome, Placed):
                mailbox.place(connection, outcome.item)
        _note_heard(connection, ended, rows, policy, now)
        messages.settle(connection, frozenset(row.message_id for row in rows.values()))
    if late := [ending.id for ending in endings if ending.id not in rows]:
        with store.transaction() as connection:
            claims.uncount_deaths(connection, late)
    return len(sent)


def _ending_of(outcome: Outcome) -> Ending:
    return outcome if isinstance(outcome, Ending) else outcome.ending


def _record(connection: Transaction, ended: Sequence[Outcome], rows: Mapping[UUID, Ended], now: datetime) -> None:
    """In the journal; nothing of what was not tried."""
    sent, placed = [], []
    not_sent: dict[DeliveryState, list[NotSent]] = {state: [] for state in _RECORD_NOT_SENT}
    for outcome in ended:
        ending = _ending_of(outcome)
        row = rows[ending.id]
        of_delivery = row.message_id, ending.id, row.recipient
        if isinstance(outcome, Sent):
            proved = outcome.receipt_proved
            sent.append(journal.Delivered(*of_delivery, outcome.handed, outcome.attempt, proved))
        elif isinstance(outcome, Placed):
            placed.append(journal.Placed(*of_delivery, outcome.handed, outcome.attempt))
        elif isinstance(outcome, Failed) or not _never_tried(ending):
            not_sent[ending.state].append(NotSent(*of_delivery, ending.why_code, ending.why))
    journal.record_delivered(connection, now, sent)
    journal.record_placed(connection, now, placed)
    for state, record in _RECORD_NOT_SENT.items():
        record(connection, now, not_sent[state])


def _never_tried(ending: Ending) -> bool:
    """It waits as it did before."""
    return ending.uncounted and not ending.perhaps_sent and ending.state is DeliveryState.WAITING


def _stop_clocks(connection: Transaction, sent: Sequence[Sent]) -> None:
    """As of the receipt: it is written down with those of the rest of the batch, perhaps a minute later."""
    for each in sent:
        if each.stops:
            keys = messages.case_keys_of(connection, each.message_id)
            stop_clocks(connection, each.stops, each.message_id, keys, each.ending.at)


def _note_heard(
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
        note_heard(connection, recipient, heard[recipient], policy, now)
