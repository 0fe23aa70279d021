"""How an attempt ends: sent, placed in a mailbox, failed, held, put off, given up."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeGuard
from uuid import UUID

from adapters.contract import CannotDeliver, Receipt
from hub.errors import KeyServiceUnavailable
from hub.exchange.partners.breaker import Fault
from hub.exchange.sending.preparation import Prepared
from hub.exchange.sending.retry import RetryPolicy
from hub.journal.record.deliveries import Handed
from hub.lifecycle import ON_SHEET, Availability, DeliveryState
from hub.sharing.decision.decide import Denial
from hub.store.messages.attempts import Ending, Work
from hub.store.messages.mailbox import NewItem
from schemas.json import JsonObject
from schemas.kind import ClockStop, StopAt


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that the recipient accepted, and the clocks that its receipt stops. `received_by` are the names of the
    recipient, former ones too."""

    ending: Ending
    message_id: UUID
    recipient: str
    stops: tuple[ClockStop, ...]
    received_by: frozenset[str]
    handed: Handed
    attempt: int
    receipt_proved: bool


@dataclass(frozen=True, slots=True)
class PlacedInMailbox:
    """A delivery that now waits in its recipient's mailbox. `only_fetches`: the recipient only ever fetches, so no
    connection to it can have failed."""

    ending: Ending
    item: NewItem
    handed: Handed
    attempt: int
    only_fetches: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that reached for the partner and came back without a receipt. Without a fault the partner did answer:
    it refuses this one message."""

    ending: Ending
    fault: Fault | None


Outcome = Sent | PlacedInMailbox | Failed | Ending
"""A plain Ending is of an attempt that shows nothing about the partner."""


def ending_of(outcome: Outcome) -> Ending:
    return outcome if isinstance(outcome, Ending) else outcome.ending


def delivered(item: Work, prepared: Prepared, receipt: Receipt, now: datetime) -> Sent:
    words = {
        "proved": receipt.proved,
        "received_at": receipt.received_at.isoformat() if receipt.received_at else None,
        "words": dict(receipt.words),
        **({ON_SHEET: True} if prepared.is_on_paper else {}),
    }
    ending = _ending(item.id, DeliveryState.DELIVERED, prepared, now, receipt=words)
    stops = stopped_by_receipt(prepared.validated.stops(), item.target) if receipt.proved else ()
    handed = handed_in(prepared)
    return Sent(
        ending, item.message_id, item.recipient, stops, prepared.received_by, handed, item.attempt, receipt.proved
    )


def placed(item: Work, prepared: Prepared, now: datetime, *, only_fetches: bool) -> PlacedInMailbox:
    why = f"placed: waits until {item.recipient} has fetched and acknowledged it"
    ending = _ending(item.id, DeliveryState.PLACED, prepared, now, why_code="mailbox.placed", why=why)
    handed, encoded = handed_in(prepared), prepared.encoded
    new = NewItem(
        item.id,
        item.recipient,
        item.message_id,
        encoded.media_type,
        len(encoded.body),
        handed.sha256,
        placed_at=now,
    )
    return PlacedInMailbox(ending, new, handed, item.attempt, only_fetches)


def says_something(outcome: Outcome) -> TypeGuard[Sent | PlacedInMailbox | Failed]:
    """Whether the attempt shows something about the partner. An attempt that was never made shows nothing. Nor does a
    placement in its mailbox, if the partner is also sent messages in another way, which may be broken."""
    return isinstance(outcome, Sent | Failed) or (isinstance(outcome, PlacedInMailbox) and outcome.only_fetches)


def stopped_by_receipt(stops: Sequence[ClockStop], target: str) -> tuple[ClockStop, ...]:
    """The clocks that a receipt of this recipient stops."""
    return tuple(stop for stop in stops if stop.at is StopAt.RECEIPT and stop.toward == target)


def handed_in(prepared: Prepared) -> Handed:
    """The details that the journal keeps of it."""
    protocol, protocol_version = prepared.minimised.protocol
    withheld = [held["path"] for held in prepared.minimised.withheld()]
    sha256 = hashlib.sha256(prepared.encoded.body).hexdigest()
    sheet = hashlib.sha256(prepared.sheet).hexdigest() if prepared.sheet is not None else None
    return Handed(protocol, protocol_version, withheld, prepared.encoded.unexpressed, sha256, sheet)


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
        known_as=prepared.known_as,
    )


def held(item: Work, denial: Denial, now: datetime, again: datetime) -> Ending:
    """No protocol in force permits it at the moment of sending. It waits, and its reason says so."""
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
    """A person has paused the partner since the delivery was leased."""
    why = f"waiting: {item.recipient} was paused before its turn"
    return Ending(item.id, DeliveryState.WAITING, now, due_at=now, why_code="partner.paused", why=why, uncounted=True)


def stopped(item: Work, now: datetime) -> Ending:
    why = "waiting: its worker was stopped before its turn"
    return Ending(item.id, DeliveryState.WAITING, now, due_at=now, why_code="worker.stopped", why=why, uncounted=True)


def turn_over(item: Work, now: datetime) -> Ending:
    """Other recipients wait for the worker. No recipient may keep it for itself."""
    why = f"waiting: other recipients had their turn before the next message to {item.recipient}"
    return Ending(item.id, DeliveryState.WAITING, now, due_at=now, why_code="worker.turn", why=why, uncounted=True)


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
    """A failed probe, and an attempt that the partner asked to delay, do not count as attempts: they show nothing about
    the message. They do count if it is delayed for days while the partner accepts others."""
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
    """Whatever the delivery is, it makes its worker die."""
    why = f"quarantined: {item.deaths} workers died one after another while they worked on it"
    return Ending(item.id, DeliveryState.QUARANTINED, now, why_code="delivery.never_ended", why=why, uncounted=True)
