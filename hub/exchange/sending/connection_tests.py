"""A person tries whether an agency receives what is sent to it, by a message that takes the way of every other."""

from datetime import datetime
from uuid import UUID

from hub.errors import Failure
from hub.exchange.message.matters import Matters
from hub.exchange.message.own_messages import write_own_message
from hub.exchange.wiring import Wiring
from hub.journal.record.partners import record_partner_tested
from hub.store.messages import partners
from schemas.kind import MessageKind
from schemas.problem import Problem

_ADVICE = "This is a test of the connection. Acknowledge it as any message; nothing else is to be done."


class CannotBeTested(Failure):
    """No test message can be sent to that partner."""

    code = "partner.cannot_be_tested"
    status = 409


class ConnectionTests:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._adapters = wiring.adapters
        self._endpoints = wiring.endpoints
        self._kind = wiring.catalogue.connection_test()
        self._matters = Matters(wiring.assessor, wiring.catalogue)

    def send(self, name: str, by: str) -> UUID:
        """Send the agency a test. The id of the message leads to what became of it. It starts no clock and is linked to
        nobody. Raises ValueUnusable if no agency has that name, and CannotBeTested."""
        self._assessor.refresh()
        agency, now = self._assessor.registry.agencies.named(name).id, self._clock.now()
        kind = self._kind_for(agency)
        with self._store.transaction() as connection:
            if partners.is_paused(connection, agency):
                raise CannotBeTested(f"{agency} is paused", f"resume it first: hub partners resume {agency}")
            payload = {"tested": agency, "advice": _ADVICE}
            recorded = write_own_message(connection, self._matters, kind, payload, _reference(agency, now), None, now)
            if isinstance(recorded, Problem):
                raise CannotBeTested(
                    f"no protocol in force lets the exchange send {agency} a test",
                    "agree the protocol connection-tests: hub protocols propose, then a second person",
                )
            record_partner_tested(connection, now, partner=agency, message_id=recorded.message_id, by=by)
        return recorded.message_id

    def _kind_for(self, agency: str) -> MessageKind:
        """Raises CannotBeTested if the agency receives nothing, or nothing of this kind."""
        kind, endpoints = self._kind, self._endpoints.current()
        endpoint = endpoints.find(agency, kind.name) if kind else None
        if kind is None or endpoint is None:
            raise CannotBeTested(
                f"{agency} has no endpoint that could receive a test", "name one in the file of endpoints"
            )
        if kind.name not in self._adapters.systems[endpoint.system].encodes:
            raise CannotBeTested(
                f"the format of {agency} ({endpoint.system}) has no place for a test",
                "see in its last messages whether it answers",
            )
        return kind


def _reference(agency: str, now: datetime) -> str:
    return f"test/{agency}/{now.isoformat()}"
