"""Doubtful clocks: a person decides whether a message really starts the clock, and the clock then runs or is void."""

from uuid import UUID

from hub.deadlines.terms import reminders_of
from hub.errors import NotFound
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.forwarding import CausingMessage
from hub.exchange.message.recorded import kept_message
from hub.exchange.message.stages import Validated
from hub.exchange.repairing.believing import Believing
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.clocks import ClockInMessage, record_clock_decided
from hub.lifecycle import ClockState
from hub.sharing.decision.standing import Standing
from hub.store.messages import clocks, messages
from hub.store.messages.clocks import KeptClock
from schemas.kind import ClockStart


class DoubtfulClocks:
    def __init__(self, wiring: Wiring, follower: Follower, believing: Believing) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._follower = follower
        self._believing = believing

    def decide(self, clock_id: UUID, *, runs: bool, by: str, because: str) -> KeptClock:
        """If it `runs`, everything follows that a certain clock sets in motion: the message goes to the agency that
        waits, and so does the report, or the exchange asks for it. Else the clock is void.

        Raises NotFound if the clock is not doubtful, or no longer; NoLongerKnown or ContentDestroyed if it should run
        and its message cannot be read.
        """
        self._assessor.refresh()
        reason, now = given_reason(because), self._clock.now()
        with self._store.transaction() as connection:
            doubtful = clocks.take_doubtful(connection, clock_id)
            if doubtful is None:
                raise NotFound("there is no doubtful clock with that id", "see: hub deadlines")
            state = ClockState.RUNNING if runs else ClockState.VOID
            decided = ClockInMessage(doubtful.message_id, doubtful.id, doubtful.owner, doubtful.name)
            record_clock_decided(connection, now, decided, state=state, decided_by=by, reason=reason)
            if not runs:
                clocks.stop(connection, doubtful.id, state, now, None)
                return doubtful
            if self._believing.is_outside(connection, doubtful.message_id):
                self._believing.believe(connection, doubtful.message_id, by, reason)
                messages.settle(connection, frozenset({doubtful.message_id}))
                if clocks.take_doubtful(connection, clock_id) is None:
                    return doubtful
            if messages.is_superseded(connection, doubtful.message_id):
                raise NotFound("a later message replaces the one that started this clock", "decide about the later one")
            validated = kept_message(connection, doubtful.message_id, self._catalogue, self._assessor.registry)
            start = _start_of(validated, doubtful)
            forwards = [each for each in validated.draft.payload.forwards_once_decided() if each.clock == doubtful.name]
            remind_at = tuple(moment for moment in reminders_of(start, doubtful.due_at) if moment > now)
            clocks.run(connection, doubtful.id, forwards[0].kind if forwards else None, remind_at)
            standing = self._follower.judge_again(connection, doubtful.message_id, validated, now)
            if isinstance(standing, Standing):
                origin = CausingMessage(doubtful.message_id, standing)
                self._follower.follow_decided(connection, doubtful, forwards, origin, now)
            return doubtful


def _start_of(validated: Validated, doubtful: KeptClock) -> ClockStart:
    """What the message says of this clock. A message starts each clock once."""
    return next(start for start in validated.draft.payload.clocks() if start.clock == doubtful.name)
