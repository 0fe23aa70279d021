"""Delivering: decide again about each delivery, send it or place it in a mailbox, and record how it ended."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from adapters.contract import CannotDeliver
from hub.errors import Failure, KeyServiceUnavailable
from hub.exchange.message.stages import Denied
from hub.exchange.partners.breaker import BreakerPolicy, after
from hub.exchange.sending.batch_endings import BatchEndings
from hub.exchange.sending.batches import Batch, Batches, ClaimedBatch
from hub.exchange.sending.endings import (
    Failed,
    Outcome,
    PlacedInMailbox,
    Sent,
    delivered,
    failed,
    given_back,
    held,
    never_ended,
    not_begun,
    not_taken,
    placed,
    says_something,
    stopped,
    turn_over,
    unopened,
)
from hub.exchange.sending.preparation import Prepared, Preparing
from hub.exchange.sending.retry import RetryPolicy
from hub.exchange.stopping import Stopping
from hub.exchange.wiring import Wiring
from hub.lifecycle import Availability
from hub.store.messages import partners
from hub.store.messages.attempts import Ending, Work
from schemas.problem import Problem, Refused

Over = Callable[[], bool]


class Delivering:
    """Delivers batches that were claimed for it. Several threads of a process may use one."""

    def __init__(self, wiring: Wiring, preparing: Preparing) -> None:
        settings = wiring.settings
        self._store = wiring.store
        self._clock = wiring.clock
        self._log = wiring.log
        self._adapters = wiring.adapters
        self._endpoints = wiring.endpoints
        self._preparing = preparing
        self._standstill = wiring.standstill
        self._retry = RetryPolicy.of(settings)
        self._breaker = BreakerPolicy.of(settings)
        self._held_recheck = timedelta(seconds=settings.held_recheck_seconds)
        self._batches = Batches(wiring)

    def deliver(
        self, ids: tuple[UUID, ...], token: UUID, stopping: Stopping | None = None, over: Over = lambda: False
    ) -> int:
        """Try each delivery that the token still holds. Returns how many were delivered.

        If asked to stop, or once the turn of this recipient is `over`, it gives the rest back.
        """
        stopping = stopping or Stopping()
        self._standstill.refuse()
        self._preparing.refresh()
        batch = self._batches.begin(ClaimedBatch(ids, token))
        endings = BatchEndings(self._batches, batch.work, token, self._clock)
        with stopping.at_work(endings.give_up):
            for outcome in self._attempts(batch, endings, stopping, over):
                endings.add(outcome)
            endings.write()
        return endings.delivered

    def _attempts(self, batch: Batch, endings: BatchEndings, stopping: Stopping, over: Over) -> Iterator[Outcome]:
        """One outcome for each delivery. Once the partner is down, or the lease or the turn is over, the rest are given
        back."""
        work, standing = batch.work, batch.standing
        for number, item in enumerate(work):
            if stopping.asked:
                yield from (stopped(rest, self._clock.now()) for rest in work[number:])
                return
            if number and over():
                yield from (turn_over(rest, self._clock.now()) for rest in work[number:])
                return
            if number and self._clock.now() >= item.lease_until - self._endpoints.current().longest_send(
                item.recipient
            ):
                yield from (turn_over(rest, self._clock.now()) for rest in work[number:])
                return
            if self._retry.deadly(item.deaths):
                yield never_ended(item, self._clock.now())
                continue
            try:
                outcome, down = self._outcome(batch, item, standing, endings)
            except KeyServiceUnavailable as error:  # The recipient is not at fault, and nothing was tried.
                again = self._again(item, standing)
                yield from (unopened(rest, error, again) for rest in work[number:])
                return
            yield outcome
            if says_something(outcome):
                fault = outcome.fault if isinstance(outcome, Failed) else None
                standing = after(standing, fault, self._breaker, self._clock.now())
            if down or standing.next_try_at is not None:
                yield from (given_back(rest, self._again(item, standing)) for rest in work[number + 1 :])
                return

    def _outcome(self, batch: Batch, item: Work, standing: Availability, endings: BatchEndings) -> tuple[Outcome, bool]:
        """How the attempt ended, and whether nothing else for this recipient can be sent now."""
        try:
            prepared = self._prepare(batch, item)
            if isinstance(prepared, Ending):
                return prepared, False
            if not endings.begin_send(item):
                return stopped(item, self._clock.now()), False
            try:
                return self._send(item, prepared), False
            except CannotDeliver as error:
                return not_taken(item, error, self._retry, standing, self._clock.now()), error.partner_down
        except CannotDeliver as error:
            return self._failed(item, Problem(error.code, "", error.problem, ""), error.retryable), error.partner_down
        except Refused as refused:
            return self._failed(item, refused.problems[0], False), False
        except KeyServiceUnavailable:
            raise
        except Failure as failure:
            return self._failed(item, failure.as_problem(), failure.retryable), False
        except Exception as error:  # noqa: BLE001 - any defect is counted, reported, and quarantined in the end
            self._log.error("delivery.unexpected", delivery=str(item.id), error=error)
            problem = Problem("internal.unexpected", "", f"an unexpected {type(error).__name__}", "")
            return self._failed(item, problem, True), False

    def _again(self, item: Work, standing: Availability) -> datetime:
        """When the rest of the batch is due. An open breaker already holds it back, and releases it all at once."""
        now = self._clock.now()
        return now if standing.next_try_at else self._retry.next_try(now, item.attempt, random.random())

    def _failed(self, item: Work, problem: Problem, retryable: bool) -> Ending:
        now, where, cure = self._clock.now(), problem.where or None, problem.cure or None
        return failed(item, problem.code, problem.problem, retryable, self._retry, now, where=where, cure=cure)

    def _prepare(self, batch: Batch, item: Work) -> Prepared | Ending:
        self._preparing.refresh()
        with self._store.reading() as connection:
            if partners.is_paused(connection, item.recipient):
                return not_begun(item, self._clock.now())
            loaded = self._preparing.load(connection, item, batch.content(item.message_id))
        now = self._clock.now()
        prepared = self._preparing.prepare(loaded, now)
        if isinstance(prepared, Denied):
            return held(item, prepared.denial, now, now + self._held_recheck)
        return prepared

    def _send(self, item: Work, prepared: Prepared) -> Sent | PlacedInMailbox:
        transport = self._adapters.transports[prepared.endpoint.transport]
        receipt = transport.send(prepared.endpoint, prepared.parcel())
        if transport.capabilities.pull:
            return placed(item, prepared, self._clock.now(), only_fetches=self._only_fetches(prepared))
        return delivered(item, prepared, receipt, self._clock.now())

    def _only_fetches(self, prepared: Prepared) -> bool:
        ways = {each.transport for each in self._endpoints.current().of(prepared.endpoint.agency)}
        return all(self._adapters.transports[way].capabilities.pull for way in ways)
