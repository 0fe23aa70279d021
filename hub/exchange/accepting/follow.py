"""The actions that follow from an accepted message, in the same transaction. Clocks stop and start. A report that the
exchange holds is sent on to the agency that must have it, and a missing report is asked for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.deadlines.clocks import ClockTold, running_of, start_clock, stop_clocks, void_clocks
from hub.deadlines.london import LONDON
from hub.deadlines.terms import reminders_of, still_to_send
from hub.exchange.accepting.forwarding import CausingMessage, Forwarding
from hub.exchange.accepting.index_answers import IndexAnswers
from hub.exchange.accepting.late_arrivals import still_to_start
from hub.exchange.accepting.looking_back import LookingBack
from hub.exchange.accepting.sending_on import SendingOn
from hub.exchange.accepting.supervising import Supervising
from hub.exchange.message.delivering import deliver_to
from hub.exchange.message.matters import JudgedMessage, Matters
from hub.exchange.message.recording import Recorded
from hub.exchange.message.stages import AssessedMessage, Denied, DueClock, Validated
from hub.exchange.wiring import Wiring
from hub.identity.supervised import enter
from hub.journal.record.messages import record_superseded
from hub.lifecycle import ClockState
from hub.sharing.decision.standing import NoStanding, Standing
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages, standings
from hub.store.messages.clocks import KeptClock, NewClock
from hub.store.persons import people
from schemas.kind import Forward, StopAt, Target
from schemas.problem import Problem


class Follower:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._forwarding = Forwarding(wiring)
        self._matters = Matters(wiring.assessor, wiring.catalogue)
        self._supervising = Supervising(wiring)
        self._index = IndexAnswers(wiring)
        self._sending_on = SendingOn(wiring, self._forwarding)
        self._looking_back = LookingBack(wiring)

    def judge(
        self, connection: Transaction, assessed: AssessedMessage, handed_in_by: str | None = None
    ) -> JudgedMessage:
        """Return the standing of the message. The caller holds the locks of its cases."""
        return self._matters.judge(connection, assessed, handed_in_by)

    def judge_first(self, connection: Transaction, assessed: AssessedMessage, handed_in_by: str) -> JudgedMessage:
        """The same for a message before which nothing is kept that it touches."""
        return self._matters.judge_first(connection, assessed, handed_in_by)

    def judge_again(
        self, connection: Transaction, message_id: UUID, validated: Validated, now: datetime
    ) -> Standing | NoStanding:
        """Return the standing that a recorded message has today."""
        return self._matters.judge_again(connection, message_id, validated, now.astimezone(LONDON).date()).standing

    def clocks_to_start(
        self, connection: Transaction, assessed: AssessedMessage, judged: JudgedMessage
    ) -> tuple[DueClock, ...] | Problem:
        """The clocks that no message has ended yet. A Problem if the message was withdrawn before it came."""
        agencies = self._assessor.registry.agencies
        return still_to_start(connection, assessed, judged, self._catalogue, agencies)

    def follow(
        self,
        connection: Transaction,
        assessed: AssessedMessage,
        clocks_to_start: tuple[DueClock, ...],
        recorded: Recorded,
        now: datetime,
    ) -> None:
        """Do everything that follows from the message. Without standing, only doubtful clocks start."""
        standing = recorded.standing
        if isinstance(standing, NoStanding):
            for due in clocks_to_start:
                start_clock(connection, _new_clock(due, None, recorded.message_id, now), now)
            return
        if recorded.overtaken_by is not None:
            return
        validated = assessed.validated
        if recorded.supersedes is not None:
            still = frozenset(
                (due.start.clock, due.terms.due_at, due.toward.id if due.toward else None) for due in assessed.clocks
            )
            self._replace(
                connection,
                validated,
                recorded.supersedes,
                CausingMessage(recorded.message_id, standing),
                still,
                now,
            )
        origin = CausingMessage(recorded.message_id, standing)
        if not recorded.is_first:  # no clock of its matter can run before the first message of it
            stops = [stop for stop in validated.stops() if stop.at is StopAt.ACCEPTED]
            stop_clocks(connection, stops, recorded.message_id, standing, now)
        self._start_all(connection, validated, clocks_to_start, origin, now, is_first=recorded.is_first)
        if not recorded.is_first:
            self._looking_back.end_what_was_done_before(connection, validated, clocks_to_start, origin, now)
        if clocks_to_start or not recorded.is_first:
            self._forwarding.send_on_where_awaited(connection, validated, origin, now)
        parties = [validated.sender, *(minimised.permitted.recipient for minimised in assessed.minimised)]
        self._remember_people(connection, validated, parties, CausingMessage(recorded.message_id, standing), now)
        self._index.answer(connection, validated, recorded.message_id, now)
        self._sending_on.follow_all(connection, validated, origin, now)
        if not assessed.minimised and not assessed.unaddressed:
            messages.settle(connection, frozenset({recorded.message_id}))  # nothing is sent: the exchange acts on it
        for missing in assessed.unaddressed:
            if missing.target is Target.SUPERVISOR:
                people.await_link(connection, recorded.message_id, missing.target)

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
        self._forwarding.forward(connection, origin.message_id, toward, target, origin.message_id, now)
        self._forward_all(connection, clock, forwards, origin, now)

    def _forward_all(
        self,
        connection: Transaction,
        clock: KeptClock,
        forwards: Sequence[Forward],
        origin: CausingMessage,
        now: datetime,
    ) -> None:
        toward = self._assessor.registry.agencies.get(clock.toward) if clock.toward else None
        for forward in forwards:
            if toward is not None and forward.clock == clock.name:
                self._forwarding.forward_or_ask(connection, forward, toward, clock.id, origin, now)

    def follow_believed(
        self,
        connection: Transaction,
        validated: Validated,
        origin: CausingMessage,
        former: UUID | None,
        now: datetime,
    ) -> None:
        """Do everything that follows when a person believes a message that had no standing, as it would have followed
        at once. It replaces the `former` edition. Its clocks count from when they began."""
        payload = validated.draft.payload
        if former is not None:
            own = clocks.open_of(connection, origin.message_id)
            still = frozenset((clock.name, clock.due_at, clock.toward) for clock in own)
            self._replace(connection, validated, former, origin, still, now)
        stops = [stop for stop in validated.stops() if stop.at is StopAt.ACCEPTED]
        stop_clocks(connection, stops, origin.message_id, origin.standing, now)
        starts = {start.clock: start for start in payload.clocks() if not start.doubtful}
        ladder = self._assessor.ladder(validated, now.astimezone(LONDON).date())
        for clock in clocks.open_of(connection, origin.message_id):
            start = starts.get(clock.name)
            if start is None or clock.state is not ClockState.DOUBTFUL:
                continue
            forwards = [forward for forward in payload.forwards() if forward.clock == clock.name]
            remind_at = still_to_send(reminders_of(start, clock.due_at, ladder), clock.due_at, now)
            clocks.run(connection, clock.id, forwards[0].kind if forwards else None, remind_at)
            self._forward_all(connection, clock, forwards, origin, now)
        self._forwarding.send_on_where_awaited(connection, validated, origin, now)
        agencies = self._assessor.registry.agencies
        sent_to = (agencies.get(each.recipient) for each in deliveries.of_message(connection, origin.message_id))
        parties = [validated.sender, *(agency for agency in sent_to if agency is not None)]
        self._remember_people(connection, validated, parties, origin, now)
        self._sending_on.follow_all(connection, validated, origin, now)

    def _start_all(
        self,
        connection: Transaction,
        validated: Validated,
        clocks_to_start: tuple[DueClock, ...],
        origin: CausingMessage,
        now: datetime,
        *,
        is_first: bool = False,
    ) -> None:
        standing = origin.standing
        forwards = {forward.clock: forward for forward in validated.draft.payload.forwards()}
        names = {due.start.clock for due in clocks_to_start}
        found = () if is_first else running_of(connection, names, origin.message_id, standing)
        running = {(clock.name, clock.due_at, clock.toward): clock.id for clock in found}
        for due in clocks_to_start:
            forward = forwards.get(due.start.clock)
            clock_id = _start(connection, due, running, forward, origin.message_id, now)
            if forward is not None and due.toward is not None:
                self._forwarding.forward_or_ask(connection, forward, due.toward, clock_id, origin, now)

    def _replace(
        self,
        connection: Transaction,
        validated: Validated,
        former_id: UUID,
        origin: CausingMessage,
        still: frozenset[ClockTold],
        now: datetime,
    ) -> None:
        """Send a correction to everybody who received the original, and void the original's clocks that it does not
        restart."""
        if standings.are_outside(connection, [former_id]):
            still = frozenset()  # The doubtful clocks of the original are not those of the correction.
        for voided in void_clocks(connection, former_id, still, origin.message_id, origin.standing, now):
            self._forwarding.withdraw_asked(connection, voided, origin.message_id, now)
        record_superseded(connection, now, message_id=former_id, superseded_by=origin.message_id)
        for delivery in deliveries.of_message(connection, former_id):
            recipient = self._assessor.registry.agencies.get(delivery.recipient)
            if recipient is not None:  # Whoever has the correction already is not sent it again.
                self._deliver_too(
                    connection, validated, recipient, Target(delivery.target), origin.message_id, former_id, now
                )

    def _deliver_too(
        self,
        connection: Transaction,
        validated: Validated,
        recipient: Agency,
        target: Target,
        message_id: UUID,
        former_id: UUID,
        now: datetime,
    ) -> None:
        outcome = self._assessor.decide_for(validated, recipient, target, now.astimezone(LONDON).date())
        if not isinstance(outcome, Denied):
            deliver_to(connection, self._assessor.reduce(outcome), message_id, now, cause=former_id)

    def _remember_people(
        self,
        connection: Transaction,
        validated: Validated,
        parties: Sequence[Agency],
        origin: CausingMessage,
        now: datetime,
    ) -> None:
        """Note which people these areas know, and whose supervision begins and ends."""
        areas = sorted({party.id for party in parties if party.role is AgencyRole.PROBATION})
        enter(connection, areas, origin.message_id, validated.draft.payload.known_people(), now)
        self._supervising.follow(connection, validated, origin.message_id, origin.standing, now)


def _start(
    connection: Transaction,
    due: DueClock,
    running: dict[tuple[str, datetime, str | None], UUID],
    forward: Forward | None,
    message_id: UUID,
    now: datetime,
) -> UUID:
    """Start the clock, unless the same clock is already `running` for this person and matter, toward the same agency.
    That happens when a result is sent again."""
    same = (due.start.clock, due.terms.due_at, due.toward.id if due.toward else None)
    if same not in running:
        running[same] = start_clock(connection, _new_clock(due, forward, message_id, now), now)
    return running[same]


def _new_clock(due: DueClock, forward: Forward | None, message_id: UUID, now: datetime) -> NewClock:
    return NewClock(
        name=due.start.clock,
        message_id=message_id,
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
