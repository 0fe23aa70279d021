"""Sends on what is in force about a person when a message in another matter makes it necessary: the entry in the risk
register, to the prison that holds the person now."""

from datetime import datetime
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.accepting.forwarding import CausingMessage, Forwarding
from hub.exchange.message.matters import recorded_standing
from hub.exchange.message.recorded import NoLongerKnown, what_it_said
from hub.exchange.message.routing import Routing
from hub.exchange.message.stages import Validated
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import contradict, keys_under
from hub.sharing.terms.agencies import Agency
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages import messages
from hub.store.persons import in_force
from schemas.kind import Payload, SendOn

_ENTERED_AT_ONCE = 2_000
_ANY_MATTER = "in force"
"""Stands where a key of a case has the reference of its case."""


class SendingOn:
    def __init__(self, wiring: Wiring, forwarding: Forwarding) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._forwarding = forwarding

    def follow(
        self, connection: Transaction, validated: Validated, origin: CausingMessage, now: datetime
    ) -> tuple[UUID, ...]:
        """Send on what the message makes necessary. Who answers a matter in which nobody has spoken to them gets
        nothing. Returns the messages that are in force."""
        payload = validated.draft.payload
        if not payload.sends_on() or (payload.matter() is not None and not origin.standing.acts_for):
            return ()
        found: list[UUID] = []
        for send in payload.sends_on():
            on = now.astimezone(LONDON).date()
            routing = Routing(self._assessor.registry.agencies, validated.draft, validated.sender, on)
            to = routing.first(send.to)
            for current in self._in_force(connection, send, payload):
                found.append(current)
                for held in self._told_with(connection, current, send):
                    if to is not None:
                        self._send(connection, held, to, send, origin, now)
        return tuple(found)

    def _send(
        self, connection: Transaction, held: UUID, to: Agency, send: SendOn, origin: CausingMessage, now: datetime
    ) -> None:
        try:
            self._forwarding.forward(connection, held, to, send.to, origin.message_id, now)
        except NoLongerKnown:
            return  # The sender has left, so no agreement with it lets anybody receive the message.

    def _in_force(self, connection: Transaction, send: SendOn, payload: Payload) -> tuple[UUID, ...]:
        for id in in_force.without_keys(connection, send.while_open, send.kinds, _ENTERED_AT_ONCE):
            said = what_it_said(connection, id, self._catalogue)
            in_force.enter(connection, id, _keys(connection, said.payload) if said is not None else ())
        keys = _keys(connection, payload)
        found = in_force.about(connection, send.while_open, send.kinds, keys)
        return tuple(id for id in found if not contradict(in_force.keys_of(connection, id), keys))

    def _told_with(self, connection: Transaction, current: UUID, send: SendOn) -> tuple[UUID, ...]:
        """Return what began the matter of the message in force, and the message itself: a review says less than the
        entry that it reviews."""
        standing = recorded_standing(connection, current)
        if standing is None:
            return ()
        began = messages.of_kind(connection, standing.keys, standing.acts_for, send.kinds[0])
        mine = messages.case_keys_of(connection, current)
        same = [each.id for each in began if not contradict(messages.case_keys_of(connection, each.id), mine)]
        return tuple(dict.fromkeys((*same[:1], current)))


def _keys(connection: Transaction, payload: Payload) -> frozenset[str]:
    return frozenset(blinding.case_keys(connection, keys_under(_ANY_MATTER, payload)))
