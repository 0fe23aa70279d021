"""What the batches of a process share: batches that begin at the same moment begin in one transaction, and attempts
that end at the same moment are written in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import UUID

from hub.errors import StoreUnavailable
from hub.exchange.partners.breaker import BreakerPolicy
from hub.exchange.sending.endings import Outcome, Sent, ending_of
from hub.exchange.sending.write_endings import HeldOutcome, write_endings
from hub.exchange.wiring import Wiring
from hub.lifecycle import ANSWERING, Availability
from hub.store.messages import attempts, contents, partners
from hub.store.messages.attempts import Work
from hub.store.messages.contents import ClosedMessage
from hub.together import Together

_AT_ONCE = 16
_CONTENT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """Deliveries to one recipient that were claimed under one token."""

    ids: tuple[UUID, ...]
    token: UUID


@dataclass(frozen=True, slots=True)
class Batch:
    """The deliveries of a claim that are still held, and what was read with them: how their recipient stands, and small
    contents. `read_at` is when, in seconds of a clock that never goes back."""

    work: tuple[Work, ...]
    standing: Availability
    contents: Mapping[UUID, ClosedMessage]
    read_at: float

    def content(self, message_id: UUID) -> ClosedMessage | None:
        """Its content as it was read a moment ago. None if it must be read (again)."""
        return self.contents.get(message_id) if monotonic() - self.read_at < _CONTENT_SECONDS else None


class Batches:
    """Each process has one."""

    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._log = wiring.log
        self._lease = timedelta(seconds=wiring.settings.lease_seconds)
        self._policy = BreakerPolicy.of(wiring.settings)
        self._beginning = Together(self._begin_all, _AT_ONCE, "begin")
        self._ending = Together(self._end_all, _AT_ONCE, "end")

    def begin(self, claim: ClaimedBatch) -> Batch:
        """Count an attempt for each, durably, before anything of it is sent. Raises StoreUnavailable."""
        return self._beginning.submit(claim).result()

    def end(self, outcomes: Sequence[Outcome], token: UUID) -> int:
        """Write how they ended. Returns how many were delivered. Raises StoreUnavailable."""
        return self._ending.submit([HeldOutcome(outcome, token) for outcome in outcomes]).result()

    def _begin_all(self, claims: Sequence[ClaimedBatch]) -> list[Batch]:
        claimed = [(id, claim.token) for claim in claims for id in claim.ids]
        with self._store.transaction() as connection:
            begun = attempts.begin_all(connection, claimed, self._clock.now(), self._lease)
            standings = partners.standings_of(connection, {each.recipient for each in begun.values()})
            small = contents.find_small(connection, {each.message_id for each in begun.values()})
        work = [tuple(each for id, each in begun.items() if id in frozenset(claim.ids)) for claim in claims]
        return [Batch(each, standings[each[0].recipient] if each else ANSWERING, small, monotonic()) for each in work]

    def _end_all(self, calls: Sequence[Sequence[HeldOutcome]]) -> list[int | Exception]:
        try:
            return list(self._write(calls))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one of them cannot be written, and falls out alone
            if len(calls) == 1:
                return [error]
            self._log.warning("endings.each_alone", error=error)
        return [result for call in calls for result in self._end_all([call])]

    def _write(self, calls: Sequence[Sequence[HeldOutcome]]) -> list[int]:
        held = [each for call in calls for each in call]
        written = write_endings(self._store, held, self._clock.now(), self._policy)
        return [
            sum(isinstance(each.outcome, Sent) and ending_of(each.outcome).id in written for each in call)
            for call in calls
        ]
