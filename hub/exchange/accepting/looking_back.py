"""Ends a clock whose end came before its beginning: previous convictions before the request for the report, feedback
before the notice of release. Only what a party has sent counts, as for a clock that runs already."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.deadlines.clocks import end_clock
from hub.deadlines.london import LONDON
from hub.exchange.accepting.forwarding import CausingMessage
from hub.exchange.message.recorded import what_it_said
from hub.exchange.message.stages import DueClock, Validated
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import contradict
from hub.lifecycle import ClockState, DeliveryState
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages
from hub.store.messages.clocks import KeptClock
from schemas.kind import ClockStart, ClockStop, Payload, StopAt


class LookingBack:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue

    def end_what_was_done_before(
        self,
        connection: Transaction,
        validated: Validated,
        started: Sequence[DueClock],
        origin: CausingMessage,
        now: datetime,
    ) -> None:
        """End the clocks of this message that an earlier one has ended already, by the time at which it did."""
        starts = {due.start.clock: due.start for due in started if not due.start.doubtful}
        running = [each for each in clocks.open_of(connection, origin.message_id) if each.name in starts]
        if not running:
            return
        for earlier in self._earlier(connection, origin, now):
            said = what_it_said(connection, earlier, self._catalogue)
            if said is None:
                continue
            stops = {stop.clock: stop for stop in said.stops() if not stop.void}
            for clock in [each for each in running if each.name in stops]:
                if not _counts(starts[clock.name], said.payload, validated.draft.payload):
                    continue
                done_at = _done_at(connection, earlier, clock, stops[clock.name])
                if done_at is not None:
                    state = ClockState.MET if done_at <= clock.due_at else ClockState.MISSED
                    end_clock(connection, clock, state, earlier, now)
                    running.remove(clock)

    def _earlier(self, connection: Transaction, origin: CausingMessage, now: datetime) -> list[UUID]:
        """The earlier messages of the parties about the same person in the same matters, the newest first."""
        standing, agencies = origin.standing, self._assessor.registry.agencies
        on = now.astimezone(LONDON).date()
        return [
            each.id
            for each in messages.about_same(connection, standing.keys, standing.acts_for)
            if each.id != origin.message_id
            and standing.includes(each.keeper, agencies.current_id(each.sender, on))
            and not contradict(messages.case_keys_of(connection, each.id), standing.keys)
        ]


def _counts(start: ClockStart, ending: Payload, starting: Payload) -> bool:
    if start.looks_back:
        return True
    done, asked = ending.made_at(), starting.made_at()
    return done is not None and asked is not None and done >= asked


def _done_at(connection: Transaction, message_id: UUID, clock: KeptClock, stop: ClockStop) -> datetime | None:
    """When the earlier message was accepted, or when the receipt of the agency that waits proved that it has it."""
    if stop.at is StopAt.ACCEPTED:
        kept = messages.find(connection, message_id)
        return kept.accepted_at if kept is not None else None
    delivery = deliveries.of_recipient(connection, message_id, clock.toward) if clock.toward else None
    if delivery is None or delivery.state is not DeliveryState.DELIVERED or delivery.target != stop.toward:
        return None
    return delivery.delivered_at if (delivery.receipt or {}).get("proved") else None
