"""Delivering: prepare anew, carry or place, and write down how it ended."""

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from adapters.catalogue import Adapters
from adapters.contract import CannotDeliver
from hub.clock import Clock
from hub.errors import Failure
from hub.exchange.endings import (
    Placed,
    Sent,
    delivered,
    failed,
    given_back,
    held,
    never_ended,
    placed,
    write_endings,
)
from hub.exchange.endpoints import Endpoints
from hub.exchange.prepare import Preparing
from hub.exchange.retry import RetryPolicy
from hub.exchange.stages import Denied
from hub.store import deliveries
from hub.store.deliveries import Ending, Work
from hub.store.engine import Store
from hub.telemetry.logs import Log
from schemas.problem import Refused

_WRITE_EVERY = 20  # endings written in one transaction: as many sends are repeated if the worker dies


class Delivering:
    """Delivers batches that were claimed for it. Safe to build in each worker process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        preparing: Preparing,
        adapters: Adapters,
        endpoints: Endpoints,
        retry: RetryPolicy,
        held_recheck: timedelta,
        log: Log,
    ) -> None:
        self._store = store
        self._clock = clock
        self._preparing = preparing
        self._adapters = adapters
        self._endpoints = endpoints
        self._retry = retry
        self._held_recheck = held_recheck
        self._log = log

    def deliver(self, ids: tuple[UUID, ...], token: UUID) -> int:
        """Try each delivery that the token still holds; returns how many were delivered."""
        with self._store.transaction() as connection:
            work = deliveries.begin(connection, ids, token, self._clock.now())
        count = 0
        written: list[Sent | Placed | Ending] = []
        for outcome in self._attempts(work):
            written.append(outcome)
            if len(written) >= _WRITE_EVERY:
                count += write_endings(self._store, written, token, self._clock.now())
                written = []
        return count + write_endings(self._store, written, token, self._clock.now())

    def _attempts(self, work: tuple[Work, ...]) -> Iterator[Sent | Placed | Ending]:
        """One outcome for each delivery. Once the partner is down, or the lease runs short, the rest are given back."""
        for number, item in enumerate(work):
            if number and self._clock.now() >= item.lease_until - self._endpoints.longest_send(item.recipient):
                yield from (given_back(rest, self._clock.now()) for rest in work[number:])
                return
            if item.attempt > self._retry.attempts_max:
                yield never_ended(item, self._clock.now())
                continue
            try:
                yield self._attempt(item)
            except CannotDeliver as error:
                yield failed(
                    item, error.code, error.problem, error.retryable, self._retry, self._clock.now(), random.random()
                )
                if error.partner_down:
                    again = self._retry.next_try(self._clock.now(), item.attempt, random.random())
                    yield from (given_back(rest, again) for rest in work[number + 1 :])
                    return
            except Refused as refused:
                problem = refused.problems[0]
                yield failed(item, problem.code, problem.problem, False, self._retry, self._clock.now(), 0)
            except Failure as failure:
                yield failed(
                    item,
                    failure.code,
                    failure.problem,
                    failure.retryable,
                    self._retry,
                    self._clock.now(),
                    random.random(),
                )
            except Exception as error:  # noqa: BLE001 - the last line: counted, told, and quarantined after bounded tries
                self._log.error("delivery.unexpected", delivery=str(item.id), error=error)
                yield failed(
                    item,
                    "internal.unexpected",
                    f"an unexpected {type(error).__name__}",
                    True,
                    self._retry,
                    self._clock.now(),
                    random.random(),
                )

    def _attempt(self, item: Work) -> Sent | Placed | Ending:
        with self._store.transaction() as connection:
            loaded = self._preparing.load(connection, item)
        now = self._clock.now()
        prepared = self._preparing.prepare(loaded, now)
        if isinstance(prepared, Denied):
            return held(item, prepared.denial, now, now + self._held_recheck)
        transport = self._adapters.transports[prepared.endpoint.transport]
        receipt = transport.send(prepared.endpoint, prepared.parcel())
        if transport.capabilities.pull:
            return placed(item, prepared, self._clock.now())
        return delivered(item, prepared, receipt, self._clock.now())
