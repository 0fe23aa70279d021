"""Delivering: decide again, minimise, encode, carry, and write down how it ended."""

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from adapters.catalogue import Adapters
from adapters.contract import CannotDeliver, Encoded, Endpoint, Outbound, Parcel, Receipt
from hub.clock import Clock
from hub.deadlines.due import LONDON
from hub.errors import Failure
from hub.exchange.assess import Assessor, reduce
from hub.exchange.endings import Sent, delivered, failed, given_back, held, never_ended, write_endings
from hub.exchange.endpoints import Endpoints
from hub.exchange.kept import kept_message
from hub.exchange.retry import RetryPolicy
from hub.exchange.stages import Denied, Minimised, Validated
from hub.sharing.minimise import released_attachments
from hub.store import deliveries, messages
from hub.store.deliveries import Ending, Work
from hub.store.engine import Store
from hub.telemetry.logs import Log
from schemas.catalogue import Catalogue
from schemas.kind import Target
from schemas.problem import Refused

_WRITE_EVERY = 20  # endings written in one transaction: as many sends are repeated if the worker dies


class Delivering:
    """Delivers batches that were claimed for it. Safe to build in each worker process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        assessor: Assessor,
        catalogue: Catalogue,
        adapters: Adapters,
        endpoints: Endpoints,
        retry: RetryPolicy,
        held_recheck: timedelta,
        log: Log,
    ) -> None:
        self._store = store
        self._clock = clock
        self._assessor = assessor
        self._catalogue = catalogue
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
        written: list[Sent | Ending] = []
        for outcome in self._attempts(work):
            written.append(outcome)
            if len(written) >= _WRITE_EVERY:
                count += write_endings(self._store, written, token, self._clock.now())
                written = []
        return count + write_endings(self._store, written, token, self._clock.now())

    def _attempts(self, work: tuple[Work, ...]) -> Iterator[Sent | Ending]:
        """One outcome for each delivery. Once the partner is down, or the lease runs short, the rest are given back."""
        for number, item in enumerate(work):
            if number and self._clock.now() >= item.lease_until - self._time_to_send(item):
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

    def _attempt(self, item: Work) -> Sent | Ending:
        with self._store.transaction() as connection:
            validated = kept_message(connection, item.message_id, self._catalogue, self._assessor.registry)
            correlation = messages.correlation_of(connection, item.message_id)
        recipient = self._assessor.registry.agencies.get(item.recipient)
        if recipient is None:
            raise CannotDeliver("recipient.left", f"{item.recipient} is not in the registry", retryable=True)
        now = self._clock.now()
        decision = self._assessor.decide_for(validated, recipient, Target(item.target), now.astimezone(LONDON).date())
        if isinstance(decision, Denied):
            return held(item, decision.denial, now, now + self._held_recheck)
        minimised = reduce(decision)
        endpoint = self._endpoint(item.recipient)
        encoded = self._adapters.systems[endpoint.system].encode(_outbound(item, validated, minimised, correlation))
        receipt = self._carry(endpoint, item, validated, encoded)
        return delivered(item, validated, minimised, encoded, receipt, self._clock.now())

    def _endpoint(self, recipient: str) -> Endpoint:
        endpoint = self._endpoints.get(recipient)
        if endpoint is None:
            raise CannotDeliver(
                "endpoint.none", f"nobody has said where {recipient} receives", retryable=True, partner_down=True
            )
        return endpoint

    def _carry(self, endpoint: Endpoint, item: Work, validated: Validated, encoded: Encoded) -> Receipt:
        transport = self._adapters.transports[endpoint.transport]
        parcel = Parcel(
            str(item.message_id), str(item.id), validated.draft.kind, validated.sender.id, item.recipient, encoded
        )
        return transport.send(endpoint, parcel)

    def _time_to_send(self, item: Work) -> timedelta:
        endpoint = self._endpoints.get(item.recipient)
        seconds = endpoint.settings.get("total_timeout_seconds", "30") if endpoint else "0"
        return timedelta(seconds=float(seconds))


def _outbound(item: Work, validated: Validated, minimised: Minimised, correlation: UUID) -> Outbound:
    draft = validated.draft
    return Outbound(
        id=str(item.message_id),
        kind=draft.kind,
        version=draft.version,
        sender=validated.sender.id,
        recipient=item.recipient,
        reference=draft.reference,
        sent_at=draft.sent_at or validated.received_at,
        correlation=str(correlation),
        payload=minimised.cut.payload,
        attachments=released_attachments(minimised.cut, validated.kind, draft.attachments),
    )
