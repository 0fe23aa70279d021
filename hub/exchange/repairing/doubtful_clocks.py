"""Doubtful clocks: a person decides whether a message really starts the clock, and the clock then runs or is void."""

from uuid import UUID

from hub.approval.waiting import WaitsForSecondPerson
from hub.deadlines.london import LONDON
from hub.deadlines.terms import reminders_of, still_to_send
from hub.errors import NotFound
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.forwarding import CausingMessage
from hub.exchange.message.recorded import kept_message
from hub.exchange.message.stages import Validated
from hub.exchange.repairing.believing import Believing
from hub.exchange.repairing.giving_up import GivingUp
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.clocks import ClockInMessage, record_clock_decided
from hub.lifecycle import ClockState, TwoPersonAct
from hub.sharing.decision.standing import Standing
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, messages
from hub.store.messages.clocks import KeptClock
from schemas.json import JsonObject
from schemas.kind import ClockStart


class DoubtfulClocks:
    def __init__(self, wiring: Wiring, follower: Follower, believing: Believing) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._follower = follower
        self._believing = believing
        self._giving_up = GivingUp(wiring)

    def decide(self, clock_id: UUID, *, runs: bool, by: str, because: str) -> KeptClock:
        """If it `runs`, everything follows that a certain clock sets in motion: the message goes to the agency that
        waits, and so does the report, or the exchange asks for it. Else the clock is void.

        Raises NotFound if the clock is not doubtful, or no longer; NoLongerKnown or ContentDestroyed if it should run
        and its message cannot be read; WaitsForSecondPerson.
        """
        if not runs:
            return self._declare_void(clock_id, by, given_reason(because))
        self._assessor.refresh()
        reason, now = given_reason(because), self._clock.now()
        with self._store.transaction() as connection:
            doubtful = _taken(connection, clock_id)
            decided = ClockInMessage(doubtful.message_id, doubtful.id, doubtful.owner, doubtful.name)
            record_clock_decided(connection, now, decided, state=ClockState.RUNNING, decided_by=by, reason=reason)
            if self._believing.is_outside(connection, doubtful.message_id):
                self._believing.believe(connection, doubtful.message_id, by, reason)
                messages.settle(connection, frozenset({doubtful.message_id}))
                if clocks.take_doubtful(connection, clock_id) is None:
                    return doubtful
            if messages.is_superseded(connection, doubtful.message_id):
                raise NotFound("a later message replaces the one that started this clock", "decide about the later one")
            validated = kept_message(connection, doubtful.message_id, self._catalogue, self._assessor.registry)
            start = _start_of(validated, doubtful)
            ladder = self._assessor.ladder(validated, now.astimezone(LONDON).date())
            forwards = [each for each in validated.draft.payload.forwards_once_decided() if each.clock == doubtful.name]
            remind_at = still_to_send(reminders_of(start, doubtful.due_at, ladder), doubtful.due_at, now)
            clocks.run(connection, doubtful.id, forwards[0].kind if forwards else None, remind_at)
            standing = self._follower.judge_again(connection, doubtful.message_id, validated, now)
            if isinstance(standing, Standing):
                origin = CausingMessage(doubtful.message_id, standing)
                self._follower.follow_decided(connection, doubtful, forwards, origin, now)
            return doubtful

    def voiding(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval of a proposal to declare a clock void would do now. Raises NotFound."""
        return _voiding(_taken(connection, UUID(proposal.about)), proposal.content["reason"])

    def approve_void(self, id: UUID, by: str, seen: str | None) -> None:
        """As a second person. Raises ApprovalRefused or NotFound."""
        with self._store.transaction() as connection:
            proposal = self._giving_up.open(connection, TwoPersonAct.CLOCK_VOIDED, id)
            clock, reason = _taken(connection, UUID(proposal.about)), proposal.content["reason"]
            self._giving_up.approve(connection, proposal, by, seen, _voiding(clock, reason))
            self._void(connection, clock, proposal.proposed_by, reason, by)

    def _declare_void(self, clock_id: UUID, by: str, reason: str) -> KeptClock:
        with self._store.transaction() as connection:
            clock = _taken(connection, clock_id)
            act, content = TwoPersonAct.CLOCK_VOIDED, _voiding(clock, reason)
            waits = self._giving_up.waits(connection, act, clock_id, content, by)
            if waits is None:
                self._void(connection, clock, by, reason, None)
                return clock
        raise WaitsForSecondPerson(waits)

    def _void(self, connection: Transaction, clock: KeptClock, by: str, reason: str, approved_by: str | None) -> None:
        now, state = self._clock.now(), ClockState.VOID
        record_clock_decided(
            connection,
            now,
            ClockInMessage(clock.message_id, clock.id, clock.owner, clock.name),
            state=state,
            decided_by=by,
            reason=reason,
            alone=approved_by is None,
            approved_by=approved_by,
        )
        clocks.stop(connection, clock.id, state, now, None)


def _taken(connection: Transaction, clock_id: UUID) -> KeptClock:
    """The clock, locked. Raises NotFound."""
    doubtful = clocks.take_doubtful(connection, clock_id)
    if doubtful is None:
        raise NotFound("there is no doubtful clock with that id", "see: hub deadlines")
    return doubtful


def _voiding(clock: KeptClock, reason: str) -> JsonObject:
    """What a second person is shown of a clock that is to be declared void."""
    told = {"clock": clock.name, "message": clock.message_id, "owner": clock.owner, "due_at": clock.due_at.isoformat()}
    return {name: str(value) for name, value in told.items()} | {"reason": reason}


def _start_of(validated: Validated, doubtful: KeptClock) -> ClockStart:
    """What the message says of this clock. A message starts each clock once."""
    return next(start for start in validated.draft.payload.clocks() if start.clock == doubtful.name)
