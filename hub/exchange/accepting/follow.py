"""The actions that follow from an accepted message, in the same transaction. Clocks stop and start. A report that the
exchange holds is sent on to the agency that must have it, and a missing report is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.deadlines.clocks import start_clock, stop_clocks, void_clocks
from hub.deadlines.due import LONDON
from hub.exchange.accepting.late_arrivals import still_to_start
from hub.exchange.message.own_messages import write_own_message
from hub.exchange.message.recorded import NoLongerKnown, kept_message
from hub.exchange.message.recording import Recorded, deliver_to, record_denied
from hub.exchange.message.stages import AssessedMessage, Denied, DueClock, Validated
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import contradict
from hub.identity.supervised import enter
from hub.journal.record.messages import record_asked, record_forwarded, record_superseded
from hub.journal.record.sharing import record_sharing_denied
from hub.lifecycle import ClockState, DeliveryState
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.store.content.blinding import Blinded
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages
from hub.store.messages.clocks import KeptClock, NewClock
from hub.store.persons import people
from schemas.kind import Forward, StopAt, Target
from schemas.problem import Problem


class CausingMessage(NamedTuple):
    """What made a message go on: the message, and the cases that it is about."""

    message_id: UUID
    case_keys: frozenset[Blinded]


class Follower:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue

    def clocks_to_start(self, connection: Transaction, assessed: AssessedMessage) -> tuple[DueClock, ...] | Problem:
        """The clocks that no message has ended yet. A Problem if the message was withdrawn before it came."""
        return still_to_start(connection, assessed, self._catalogue)

    def follow(
        self,
        connection: Transaction,
        assessed: AssessedMessage,
        clocks_to_start: tuple[DueClock, ...],
        recorded: Recorded,
        now: datetime,
    ) -> None:
        if recorded.overtaken_by is not None:
            return
        validated = assessed.validated
        if recorded.supersedes is not None:
            self._replace(connection, assessed, recorded, recorded.supersedes, now)
        stops = [stop for stop in validated.stops() if stop.at is StopAt.ACCEPTED]
        stop_clocks(connection, stops, recorded.message_id, recorded.case_keys, now)
        forwards = {forward.clock: forward for forward in validated.draft.payload.forwards()}
        names = {due.start.clock for due in clocks_to_start}
        found = clocks.running(connection, names, recorded.case_keys, recorded.message_id)
        running: dict[tuple[str, datetime], UUID] = {(clock.name, clock.due_at): clock.id for clock in found}
        for due in clocks_to_start:
            clock_id = self._start(connection, due, running, forwards.get(due.start.clock), recorded, now)
            forward = forwards.get(due.start.clock)
            if forward is not None and due.toward is not None:
                self._forward_or_ask(
                    connection,
                    forward,
                    due.toward,
                    clock_id,
                    CausingMessage(recorded.message_id, recorded.case_keys),
                    now,
                )
        self._send_on_where_awaited(connection, validated, recorded, now)
        self._remember_people(connection, assessed, recorded, now)

    def follow_decided(
        self,
        connection: Transaction,
        clock: KeptClock,
        forwards: Sequence[Forward],
        origin: CausingMessage,
        now: datetime,
    ) -> None:
        """What follows when a person has decided that a doubtful clock runs: the agency that waits gets the message
        itself, and what must be forwarded."""
        toward = self._assessor.registry.agencies.get(clock.toward) if clock.toward else None
        if toward is None:
            return
        target = Target(clock.toward_target)
        self._forward(connection, origin.message_id, toward, target, origin.message_id, origin.case_keys, now)
        for forward in forwards:
            self._forward_or_ask(connection, forward, toward, clock.id, origin, now)

    def _replace(
        self, connection: Transaction, assessed: AssessedMessage, recorded: Recorded, former_id: UUID, now: datetime
    ) -> None:
        """Send a correction to everybody who received the original, and void the original's clocks that it does not
        restart."""
        still = frozenset((due.start.clock, due.terms.due_at) for due in assessed.clocks)
        void_clocks(connection, former_id, still, recorded.message_id, now)
        record_superseded(connection, now, message_id=former_id, superseded_by=recorded.message_id)
        reached = {minimised.permitted.recipient.id for minimised in assessed.minimised}
        for delivery in deliveries.of_message(connection, former_id):
            recipient = self._assessor.registry.agencies.get(delivery.recipient)
            if recipient is not None and recipient.id not in reached:
                self._deliver_too(connection, assessed.validated, recipient, Target(delivery.target), recorded, now)

    def _deliver_too(
        self,
        connection: Transaction,
        validated: Validated,
        recipient: Agency,
        target: Target,
        recorded: Recorded,
        now: datetime,
    ) -> None:
        outcome = self._assessor.decide_for(validated, recipient, target, now.astimezone(LONDON).date())
        if not isinstance(outcome, Denied):
            deliver_to(connection, self._assessor.reduce(outcome), recorded.message_id, now, cause=recorded.supersedes)

    def _remember_people(
        self, connection: Transaction, assessed: AssessedMessage, recorded: Recorded, now: datetime
    ) -> None:
        """Note which people these areas supervise, and whose supervisor must still be found."""
        validated = assessed.validated
        parties = [validated.sender, *(minimised.permitted.recipient for minimised in assessed.minimised)]
        areas = sorted({party.id for party in parties if party.role is AgencyRole.PROBATION})
        enter(connection, areas, recorded.message_id, validated.draft.payload.supervised(), now)
        for missing in assessed.unaddressed:
            if missing.target is Target.SUPERVISOR:
                people.await_link(connection, recorded.message_id, missing.target)

    def _start(
        self,
        connection: Transaction,
        due: DueClock,
        running: dict[tuple[str, datetime], UUID],
        forward: Forward | None,
        recorded: Recorded,
        now: datetime,
    ) -> UUID:
        """Start the clock, unless the same clock is already `running` for this person and case. That happens when a
        result is sent again."""
        same = (due.start.clock, due.terms.due_at)
        if same not in running:
            running[same] = start_clock(connection, _new_clock(due, forward, recorded, now), now)
        return running[same]

    def _forward_or_ask(
        self,
        connection: Transaction,
        forward: Forward,
        toward: Agency,
        clock_id: UUID,
        origin: CausingMessage,
        now: datetime,
    ) -> None:
        for held_id, keys in messages.with_case_keys(connection, origin.case_keys, forward.kind):
            # The same case can have several people: another person's report must never be forwarded.
            if contradict(keys, origin.case_keys):
                continue
            try:
                self._forward(connection, held_id, toward, forward.to, origin.message_id, origin.case_keys, now)
            except NoLongerKnown:
                continue  # The sender has left, so no agreement with it lets anybody receive the message.
            return
        self._ask(connection, forward, clock_id, origin, now)

    def _forward(
        self,
        connection: Transaction,
        held_id: UUID,
        toward: Agency,
        target: Target,
        cause: UUID,
        keys: frozenset[Blinded],
        now: datetime,
    ) -> None:
        """Send a held message on, if a protocol permits it. A refusal is recorded in the journal and the clock keeps
        running."""
        validated = kept_message(connection, held_id, self._catalogue, self._assessor.registry)
        outcome = self._assessor.decide_for(validated, toward, target, now.astimezone(LONDON).date())
        if isinstance(outcome, Denied):
            record_denied(connection, held_id, outcome, now)
            return
        delivery_id = deliver_to(connection, self._assessor.reduce(outcome), held_id, now, cause=cause)
        if delivery_id is not None:
            record_forwarded(
                connection,
                now,
                message_id=held_id,
                delivery_id=delivery_id,
                recipient=toward.id,
                because_of=cause,
            )
            messages.settle(connection, frozenset({held_id}))
        else:
            self._stop_if_received_before(connection, validated, held_id, toward, keys, now)

    def _stop_if_received_before(
        self,
        connection: Transaction,
        validated: Validated,
        held_id: UUID,
        toward: Agency,
        keys: frozenset[Blinded],
        now: datetime,
    ) -> None:
        """The recipient had the message before the clock started, so its existing receipt stops the clock."""
        delivery = deliveries.of_recipient(connection, held_id, toward.id)
        receipt = delivery.receipt if delivery is not None and delivery.state is DeliveryState.DELIVERED else None
        # Only a receipt that proves delivery may stop a clock.
        if receipt is not None and receipt["proved"]:
            stops = [stop for stop in validated.stops() if stop.at is StopAt.RECEIPT]
            stop_clocks(connection, stops, held_id, keys, now)

    def _ask(
        self, connection: Transaction, forward: Forward, clock_id: UUID, origin: CausingMessage, now: datetime
    ) -> None:
        """Ask for the missing report. The hub writes in its own name, under a protocol of its own."""
        ask = forward.ask
        kind = self._catalogue.kinds[(ask.kind, ask.version)]
        reference = f"ask/{clock_id}"
        asked = write_own_message(connection, self._assessor, kind, ask.payload, reference, origin.message_id, now)
        if isinstance(asked, Problem):
            record_sharing_denied(
                connection,
                now,
                message_id=origin.message_id,
                clock_id=clock_id,
                code=asked.code,
                reason=asked.problem,
            )
        else:
            record_asked(
                connection,
                now,
                message_id=asked.message_id,
                clock_id=clock_id,
                because_of=origin.message_id,
            )

    def _send_on_where_awaited(
        self, connection: Transaction, validated: Validated, recorded: Recorded, now: datetime
    ) -> None:
        """Send the report to the agency that a running clock names, where that clock waits for this report."""
        for clock in clocks.awaiting(connection, validated.draft.kind, recorded.case_keys):
            toward = self._assessor.registry.agencies.get(clock.toward) if clock.toward else None
            started_by = messages.case_keys_of(connection, clock.message_id)
            # The clock may be about another person of the same case: their report goes elsewhere.
            if toward is not None and not contradict(recorded.case_keys, started_by):
                to, cause = Target(clock.toward_target), clock.message_id
                self._forward(connection, recorded.message_id, toward, to, cause, recorded.case_keys, now)


def _new_clock(due: DueClock, forward: Forward | None, recorded: Recorded, now: datetime) -> NewClock:
    return NewClock(
        name=due.start.clock,
        message_id=recorded.message_id,
        owner=due.owner.id if due.owner else None,
        toward=due.toward.id if due.toward else None,
        toward_target=due.start.toward,
        forward_kind=forward.kind if forward else None,
        starts_at=due.terms.starts_at,
        due_at=due.terms.due_at,
        why=due.terms.why,
        state=ClockState.DOUBTFUL if due.start.doubtful else ClockState.RUNNING,
        remind_at=due.terms.reminders_after(now),
    )
