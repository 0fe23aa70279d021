"""What agencies with ordinary keys say about the business of others: people and documents of the fault runs."""

import json
from dataclasses import dataclass
from typing import Any

from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Area, Message, Person

HOME, AWAY = AREAS[0], AREAS[2]


@dataclass
class Business:
    """One person of HOME, and those who speak about them."""

    bench: Bench
    number: int

    def person(self, area: Area = HOME) -> Person:
        return Person(self.number, area, self.bench.clock.now().replace(microsecond=0))

    def say(self, message: Message, by: str | None = None, **changes: object) -> str:
        """Hand a message in with an ordinary key; the answer's message id. `changes` are made in its payload."""
        payload = {name: value for name, value in (message["payload"] | changes).items() if value is not None}
        sender = by or message["sender"]
        said = message | {"sender": sender, "payload": payload, "reference": f"{message['reference']}-{sender}"}
        caller = self.bench.hub.knowledge.registry.agencies.named(sender)
        answer = self.bench.hub.intake.receive(caller, json.dumps(said).encode())
        assert answer.receipt is not None, answer.refused
        return answer.receipt["messages"][0]["id"]

    def result_of_another_court(self, custodial: bool = True, area: Area = AWAY) -> Message:
        """A result of that area's court under the reference of HOME's case."""
        message = documents.result(Person(self.number, area, self.person().now), 1, custodial)
        message["payload"]["urn"] = self.person().urn()
        return message

    def got(self, agency: str) -> list[tuple[str, str]]:
        """(kind, message id) of everything that the agency received."""
        self.bench.drain()
        return [(item.kind, item.message_id) for item in self.bench.agencies.received(agency)]

    def clocks(self, message_id: str, *, stopped_too: bool = True) -> dict[str, str]:
        """The state of each clock that the message started."""
        listed = self.bench.hub.deadlines.listed(stopped_too=stopped_too)
        return {clock["clock"]: clock["state"] for clock in listed if clock["started_by"] == message_id}

    def in_quarantine(self, message_id: str) -> list[dict[str, Any]]:
        items = self.bench.hub.quarantine.listed()
        return [dict(item) for item in items if item["message"] == message_id]

    def release(self, message_id: str) -> None:
        self.bench.hub.quarantine.release(self.in_quarantine(message_id)[0]["id"], "somebody", "the court confirmed it")
