"""A person decides about a message without standing. If the person believes it, everything happens that would have
followed at once."""

from collections.abc import Iterator
from uuid import UUID

from hub.errors import CodedFailure
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.forwarding import CausingMessage
from hub.exchange.message.editions import former_edition, is_older
from hub.exchange.message.recorded import kept_message
from hub.exchange.message.stages import Validated
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import case_keys
from hub.journal.record.clocks import ClockInMessage, record_clock_decided
from hub.journal.record.messages import record_believed
from hub.journal.record.quarantine import ApprovedPlan, SettledDelivery, record_released
from hub.lifecycle import ClockState
from hub.sharing.decision.standing import NoStanding, Standing, believed
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages import case_locks, clocks, messages, standings
from hub.store.repairing import quarantine
from schemas.kind import StopAt


class BelievedTooLate(CodedFailure):
    """Something that came later contradicts the message."""

    status = 409


class Believing:
    def __init__(self, wiring: Wiring, follower: Follower) -> None:
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._follower = follower

    def is_outside(self, connection: Transaction, message_id: UUID) -> bool:
        return bool(standings.are_outside(connection, [message_id]))

    def believe(
        self, connection: Transaction, message_id: UUID, by: str, reason: str, plan: ApprovedPlan | None = None
    ) -> None:
        """Give the message standing, send it to its recipients, and let everything follow from it. The caller settles
        the message. Raises BelievedTooLate, NoLongerKnown or ContentDestroyed."""
        now = self._clock.now()
        validated = self._kept(connection, message_id)
        case_locks.lock_cases(connection, case_keys(validated.draft.payload))
        standing = _given(self._follower.judge_again(connection, message_id, validated, now), by, reason)
        former = self._former(connection, validated)
        standings.believe(connection, message_id, standing.acts_for, standing.within, by)
        record_believed(connection, now, message_id=message_id, sender=validated.sender.id, by=by, reason=reason)
        origin = CausingMessage(message_id, standing)
        key = validated.draft.payload.replaces()
        if key is not None:
            messages.set_edition(connection, message_id, key, validated.made_at(), former)
        self._follower.follow_believed(connection, validated, origin, former, now)
        for row in quarantine.of_message(connection, message_id):
            quarantine.release(connection, row.id, now)
            item = SettledDelivery(message_id, row.id, row.recipient, row.why_code, plan)
            record_released(connection, now, item=item, by=by, reason=reason)

    def disbelieve(self, connection: Transaction, message_id: UUID, by: str, reason: str) -> None:
        """End the doubtful clocks of a message that a person discards."""
        now = self._clock.now()
        for clock in clocks.open_of(connection, message_id):
            if clock.state is ClockState.DOUBTFUL:
                decided = ClockInMessage(message_id, clock.id, clock.owner, clock.name)
                record_clock_decided(connection, now, decided, state=ClockState.VOID, decided_by=by, reason=reason)
                clocks.stop(connection, clock.id, ClockState.VOID, now, None)

    def would_follow(self, connection: Transaction, message_id: UUID) -> list[str]:
        """Yield what would follow if a person believed the message, in words without personal data."""
        now = self._clock.now()
        validated = self._kept(connection, message_id)
        judged = self._follower.judge_again(connection, message_id, validated, now)
        standing = _given(judged, "nobody yet", "to show what would follow")
        return list(self._consequences(connection, message_id, validated, standing))

    def _consequences(
        self, connection: Transaction, message_id: UUID, validated: Validated, standing: Standing
    ) -> Iterator[str]:
        payload = validated.draft.payload
        stops = {stop.clock: stop for stop in validated.stops() if stop.at is StopAt.ACCEPTED}
        for clock in clocks.running(connection, stops, standing.keys, standing.acts_for, message_id):
            how = "is withdrawn" if stops[clock.name].void else "stops"
            yield f"the clock {clock.name} of message {clock.message_id} {how}"
        for clock in clocks.open_of(connection, message_id):
            if clock.state is ClockState.DOUBTFUL:
                yield f"the clock {clock.name} runs: {clock.owner or 'nobody'} owes it by {clock.due_at.isoformat()}"
        toward = {clock.name: clock.toward for clock in clocks.open_of(connection, message_id)}
        for forward in payload.forwards():
            to = toward.get(forward.clock)
            if to is None:
                continue
            held = [
                each
                for each in messages.of_kind(connection, standing.keys, standing.acts_for, forward.kind)
                if standing.includes(each.keeper, each.sender)
            ]
            what = f"{forward.kind} {held[0].id} of {held[0].sender}" if held else f"a {forward.kind}, when it comes,"
            yield f"{what} is sent to {to}"
        for clock in clocks.awaiting(connection, validated.draft.kind, standing.keys, standing.acts_for):
            yield f"this message is sent to {clock.toward}, whom the clock {clock.name} waits for"
        for send in payload.sends_on():
            yield f"the {send.kinds[0]} of the person that is in force is sent to the {send.to}"
        if payload.known_people():
            yield "the probation areas that send or receive it count as areas that know the person"
        if payload.supervision():
            yield "a supervision of the person begins or ends"

    def _kept(self, connection: Transaction, message_id: UUID) -> Validated:
        return kept_message(connection, message_id, self._catalogue, self._assessor.registry)

    def _former(self, connection: Transaction, validated: Validated) -> UUID | None:
        """Return the edition that the message replaces. Raises BelievedTooLate if a newer edition has come."""
        payload = validated.draft.payload
        keys = blinding.case_keys(connection, case_keys(payload))
        former = former_edition(connection, payload, validated.draft.kind, validated.sender.id, keys)
        if former is not None and is_older(validated.made_at(), former):
            raise BelievedTooLate(
                "standing.overtaken",
                "a newer edition of this message has come since",
                "discard this one; the newer edition is valid",
            )
        return former.id if former is not None else None


def _given(standing: Standing | NoStanding, by: str, reason: str) -> Standing:
    """Return the standing. The matter may have been sent to the sender since; otherwise the person gives the
    standing."""
    return standing if isinstance(standing, Standing) else believed(standing, by, reason)
