"""Sends on what is in force about a person when a message in another matter makes it necessary: the entry in the risk
register, to the prison that holds the person now, or to the area that is asked to take the case over. The duty to
review it passes on with an acceptance, and a review reaches everybody who was told."""

from datetime import datetime
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.accepting.forwarding import CausingMessage, Forwarding
from hub.exchange.message.matters import began_by
from hub.exchange.message.recorded import NoLongerKnown, what_it_said
from hub.exchange.message.routing import Routing, find_agency
from hub.exchange.message.stages import Validated
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import contradict, keys_under
from hub.journal.record.clocks import ClockInMessage, record_clock_passed_on
from hub.sharing.terms.agencies import Agency
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages
from hub.store.persons import in_force
from schemas.kind import Payload, SendOn, Target

_ENTERED_AT_ONCE = 2_000
_ANY_MATTER = "in force"
"""Stands where a key of a case has the reference of its case."""


class SendingOn:
    def __init__(self, wiring: Wiring, forwarding: Forwarding) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._forwarding = forwarding

    def follow_all(self, connection: Transaction, validated: Validated, origin: CausingMessage, now: datetime) -> None:
        self.send_on(connection, validated, origin, now)
        self.take_over(connection, validated, origin, now)
        self.tell_all_told(connection, validated, origin, now)

    def send_on(self, connection: Transaction, validated: Validated, origin: CausingMessage, now: datetime) -> None:
        """Send on what the message makes necessary. Who answers a matter in which nobody has spoken to them gets
        nothing."""
        payload = validated.draft.payload
        if not payload.sends_on() or (payload.matter() is not None and not origin.standing.acts_for):
            return
        for send in payload.sends_on():
            on = now.astimezone(LONDON).date()
            routing = Routing(self._assessor.registry.agencies, validated.draft, validated.sender, on)
            to = routing.first(send.to)
            if to is None:
                continue
            for current in self._in_force(connection, send.kinds, send.while_open, payload):
                # a review says less than the entry that it reviews
                for held in dict.fromkeys((began_by(connection, current, send.kinds[0]) or current, current)):
                    self._send(connection, held, to, send, origin, now)

    def _send(
        self, connection: Transaction, held: UUID, to: Agency, send: SendOn, origin: CausingMessage, now: datetime
    ) -> None:
        try:
            self._forwarding.forward(connection, held, to, send.to, origin.message_id, now)
        except NoLongerKnown:
            return  # The sender has left, so no agreement with it lets anybody receive the message.

    def take_over(self, connection: Transaction, validated: Validated, origin: CausingMessage, now: datetime) -> None:
        """Pass on what another agency owed until now, if the message may act for that agency."""
        agencies, on = self._assessor.registry.agencies, now.astimezone(LONDON).date()
        for take in validated.draft.payload.takes_over():
            former = find_agency(take.former, agencies, on)
            if former is None or former.id not in origin.standing.acts_for:
                continue
            for current in self._in_force(connection, take.kinds, take.clock, validated.draft.payload):
                for clock in clocks.open_of(connection, current):
                    if clock.name == take.clock and clock.owner and agencies.current_id(clock.owner, on) == former.id:
                        clocks.pass_on(connection, clock.id, validated.sender.id)
                        passed = ClockInMessage(current, clock.id, validated.sender.id, clock.name)
                        record_clock_passed_on(connection, now, passed, former_owner=clock.owner)

    def tell_all_told(
        self, connection: Transaction, validated: Validated, origin: CausingMessage, now: datetime
    ) -> None:
        """Send the message to everybody too who was sent an earlier one of its matter, as a protocol permits."""
        if not validated.draft.payload.reaches_all_told:
            return
        agencies, on = self._assessor.registry.agencies, now.astimezone(LONDON).date()
        standing, mine = origin.standing, messages.case_keys_of(connection, origin.message_id)
        told: dict[str, Target] = {}
        for earlier in messages.about_same(connection, standing.keys, standing.acts_for):
            if earlier.id == origin.message_id or contradict(messages.case_keys_of(connection, earlier.id), mine):
                continue
            for delivery in deliveries.of_message(connection, earlier.id):
                told.setdefault(agencies.current_id(delivery.recipient, on), Target(delivery.target))
        has = {each.recipient for each in deliveries.of_message(connection, origin.message_id)}
        for id, target in sorted(told.items()):
            recipient = agencies.get(id)
            if recipient is not None and id not in has | {validated.sender.id}:
                self._forwarding.forward(connection, origin.message_id, recipient, target, origin.message_id, now)

    def _in_force(
        self, connection: Transaction, kinds: tuple[str, ...], clock: str, payload: Payload
    ) -> tuple[UUID, ...]:
        for id in in_force.without_keys(connection, clock, kinds, _ENTERED_AT_ONCE):
            said = what_it_said(connection, id, self._catalogue)
            in_force.enter(connection, id, _keys(connection, said.payload) if said is not None else ())
        keys = _keys(connection, payload)
        found = in_force.about(connection, clock, kinds, keys)
        return tuple(id for id in found if not contradict(in_force.keys_of(connection, id), keys))


def _keys(connection: Transaction, payload: Payload) -> frozenset[str]:
    return frozenset(blinding.case_keys(connection, keys_under(_ANY_MATTER, payload)))
