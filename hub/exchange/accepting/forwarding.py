"""Sends a held message on to the agency that must have it, and asks for it if it is missing.

Only a message with standing causes this, and only a message from a party of the matter is sent on.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.deadlines.clocks import stop_clocks
from hub.deadlines.london import LONDON
from hub.exchange.message.delivering import deliver_to, record_denied
from hub.exchange.message.matters import Matters, recorded_standing
from hub.exchange.message.own_messages import HUB, write_own_message
from hub.exchange.message.recorded import NoLongerKnown, kept_message, what_it_said
from hub.exchange.message.stages import Denied, Validated
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import contradict
from hub.journal.record.messages import record_ask_withdrawn, record_asked, record_forwarded
from hub.journal.record.sharing import record_sharing_denied
from hub.lifecycle import DeliveryState
from hub.sharing.decision.standing import Standing
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages
from schemas.kind import Forward, StopAt, Target
from schemas.problem import Problem


class CausingMessage(NamedTuple):
    """The message that caused another one to be sent, and the matters in which it may act."""

    message_id: UUID
    standing: Standing


class Forwarding:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._matters = Matters(wiring.assessor, wiring.catalogue)

    def forward_or_ask(
        self,
        connection: Transaction,
        forward: Forward,
        toward: Agency,
        clock_id: UUID,
        origin: CausingMessage,
        now: datetime,
    ) -> None:
        standing, agencies = origin.standing, self._assessor.registry.agencies
        on = now.astimezone(LONDON).date()
        for held in messages.of_kind(connection, standing.keys, standing.acts_for, forward.kind):
            if not standing.includes(held.keeper, agencies.current_id(held.sender, on)):
                continue
            # The same case can have several people: another person's report must never be forwarded.
            if contradict(messages.case_keys_of(connection, held.id), standing.keys):
                continue
            try:
                self.forward(connection, held.id, toward, forward.to, origin.message_id, now)
            except NoLongerKnown:
                continue  # The sender has left, so no agreement with it lets anybody receive the message.
            return
        self._ask(connection, forward, clock_id, origin, now)

    def forward(
        self, connection: Transaction, held_id: UUID, toward: Agency, target: Target, cause: UUID, now: datetime
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
            self._stop_if_received_before(connection, validated, held_id, toward, now)

    def send_on_where_awaited(
        self, connection: Transaction, validated: Validated, origin: CausingMessage, now: datetime
    ) -> None:
        """Send the report to the agency that a running clock names, where that clock waits for this report."""
        standing = origin.standing
        for clock in clocks.awaiting(connection, validated.draft.kind, standing.keys, standing.acts_for):
            toward = self._assessor.registry.agencies.get(clock.toward) if clock.toward else None
            started_by = messages.case_keys_of(connection, clock.message_id)
            # The clock may be about another person of the same case: their report goes elsewhere.
            if toward is not None and not contradict(standing.keys, started_by):
                self.forward(connection, origin.message_id, toward, Target(clock.toward_target), clock.message_id, now)

    def _stop_if_received_before(
        self, connection: Transaction, validated: Validated, held_id: UUID, toward: Agency, now: datetime
    ) -> None:
        """Stop the clock with the existing receipt, if the recipient had the message before the clock started."""
        delivery = deliveries.of_recipient(connection, held_id, toward.id)
        receipt = delivery.receipt if delivery is not None and delivery.state is DeliveryState.DELIVERED else None
        standing = recorded_standing(connection, held_id)
        # Only a receipt that proves delivery may stop a clock.
        if standing is not None and receipt is not None and receipt["proved"]:
            stops = [stop for stop in validated.stops() if stop.at is StopAt.RECEIPT]
            stop_clocks(connection, stops, held_id, standing, now, {toward.id})

    def _ask(
        self, connection: Transaction, forward: Forward, clock_id: UUID, origin: CausingMessage, now: datetime
    ) -> None:
        """Ask for the missing report. The hub writes in its own name, under a protocol of its own."""
        ask = forward.ask
        kind = self._catalogue.kinds[(ask.kind, ask.version)]
        reference = _asked_as(clock_id)
        asked = write_own_message(connection, self._matters, kind, ask.payload, reference, origin.message_id, now)
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

    def withdraw_asked(self, connection: Transaction, clock_id: UUID, because_of: UUID, now: datetime) -> None:
        """Withdraw what the hub has asked for that clock, because nobody owes it any more."""
        asked = messages.under_reference(connection, HUB, _asked_as(clock_id))
        said = what_it_said(connection, asked, self._catalogue) if asked is not None else None
        withdrawn = said.payload.withdrawn(now) if said is not None else None
        if said is None or withdrawn is None or asked is None:
            return
        payload = withdrawn.model_dump(mode="json", exclude_none=True)
        reference = f"{_asked_as(clock_id)}/withdrawn"
        written = write_own_message(connection, self._matters, said.kind, payload, reference, because_of, now)
        if isinstance(written, Problem):
            return
        message_id = written.message_id
        record_ask_withdrawn(
            connection, now, message_id=message_id, clock_id=clock_id, withdraws=asked, because_of=because_of
        )


def _asked_as(clock_id: UUID) -> str:
    return f"ask/{clock_id}"
