"""How an attempt ends, and what its ending sets in motion: written together, fenced by the token of the lease."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.contract import Encoded, Receipt
from hub.deadlines.clocks import stop_clocks
from hub.exchange.retry import RetryPolicy
from hub.exchange.stages import Minimised, Validated
from hub.journal.events import Event
from hub.lifecycle import DeliveryState
from hub.sharing.decide import Denial
from hub.store import deliveries, journal, messages
from hub.store.deliveries import Ending, Work
from hub.store.engine import Store, Transaction
from schemas.kind import ClockStop, StopAt


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that the recipient took, and the clocks that its receipt stops."""

    ending: Ending
    message_id: UUID
    recipient: str
    stops: tuple[ClockStop, ...]
    evidence: dict[str, Any]


def delivered(
    item: Work, validated: Validated, minimised: Minimised, encoded: Encoded, receipt: Receipt, now: datetime
) -> Sent:
    (protocol, protocol_version), withheld = minimised.protocol, minimised.withheld()
    words = {
        "proved": receipt.proved,
        "received_at": receipt.received_at.isoformat() if receipt.received_at else None,
        "words": dict(receipt.words),
    }
    stops = tuple(stop for stop in validated.kind.stops if stop.at is StopAt.RECEIPT and stop.toward == item.target)
    evidence = {
        "protocol": protocol,
        "protocol_version": protocol_version,
        "withheld": [held["path"] for held in withheld],
        "unexpressed": list(encoded.unexpressed),
        "sha256": hashlib.sha256(encoded.body).hexdigest(),
        "attempt": item.attempt,
        "receipt_proved": receipt.proved,
    }
    ending = Ending(
        item.id,
        DeliveryState.DELIVERED,
        now,
        receipt=words,
        decision=(protocol, protocol_version, withheld),
        unexpressed=list(encoded.unexpressed),
    )
    return Sent(ending, item.message_id, item.recipient, stops if receipt.proved else (), evidence)


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
        why=f"waiting: {item.recipient} did not take the one before",
        uncounted=True,
    )


def failed(
    item: Work, code: str, problem: str, retryable: bool, retry: RetryPolicy, now: datetime, jitter: float
) -> Ending:
    if retryable and not retry.exhausted(item.attempt):
        again = retry.next_try(now, item.attempt, jitter)
        return Ending(item.id, DeliveryState.WAITING, now, due_at=again, why_code=code, why=f"waiting: {problem}")
    tries = f" after {item.attempt} attempts" if retryable else ""
    return Ending(item.id, DeliveryState.QUARANTINED, now, why_code=code, why=f"quarantined{tries}: {problem}")


def never_ended(item: Work, now: datetime) -> Ending:
    """Every attempt was begun and none came to an end: whatever it is, it kills its worker."""
    why = f"quarantined: {item.attempt - 1} attempts were begun and none of them ended"
    return Ending(item.id, DeliveryState.QUARANTINED, now, why_code="delivery.never_ended", why=why, uncounted=True)


def write_endings(store: Store, outcomes: Sequence[Sent | Ending], token: UUID, now: datetime) -> int:
    """One transaction for all. An ending whose lease was lost meanwhile changes nothing."""
    if not outcomes:
        return 0
    count = 0
    with store.transaction() as connection:
        settled: set[UUID] = set()
        for outcome in outcomes:
            ending = outcome.ending if isinstance(outcome, Sent) else outcome
            row = deliveries.end(connection, ending, token)
            if row is None:
                continue
            settled.add(row.message_id)
            if isinstance(outcome, Sent):
                count += 1
                _write_sent(connection, outcome, now)
            else:
                _write_unsent(connection, ending, row.message_id, row.recipient, now)
        messages.settle(connection, frozenset(settled))
    return count


def _write_sent(connection: Transaction, sent: Sent, now: datetime) -> None:
    journal.append(
        connection,
        Event.DELIVERED,
        now,
        message_id=sent.message_id,
        delivery_id=sent.ending.id,
        agency=sent.recipient,
        **sent.evidence,
    )
    if sent.stops:
        keys = messages.case_keys_of(connection, sent.message_id)
        stop_clocks(connection, sent.stops, sent.message_id, keys, now)


_EVENTS = {
    DeliveryState.WAITING: Event.DELIVERY_FAILED,
    DeliveryState.HELD: Event.DELIVERY_HELD,
    DeliveryState.QUARANTINED: Event.QUARANTINED,
}


def _write_unsent(connection: Transaction, ending: Ending, message_id: UUID, recipient: str, now: datetime) -> None:
    if ending.uncounted and ending.state is DeliveryState.WAITING:
        return  # nothing was tried, so nothing happened
    journal.append(
        connection,
        _EVENTS[ending.state],
        now,
        message_id=message_id,
        delivery_id=ending.id,
        agency=recipient,
        code=ending.why_code,
        why=ending.why,
    )
