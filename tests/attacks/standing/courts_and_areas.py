"""What agencies with ordinary keys say about the business of others: people and documents of the fault runs."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Area, Message, Person

HOME, OTHER, AWAY = AREAS[0], AREAS[1], AREAS[2]


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


def _offender(person: Person, more: dict[str, Any]) -> dict[str, Any]:
    return {"offender": person.as_defendant()} | more


def steps_of(person: Person, taker: Area = OTHER) -> list[Message]:
    """What the parties say, in their order: a message of every kind in which one agency acts on what another began."""
    at, day = person.now.isoformat(), (person.now + timedelta(days=90)).date().isoformat()
    number = person.number
    transfer = {"transfer_reference": f"T-{number}", "to_area": taker.probation, "requested_at": at}
    reply = {
        "transfer_reference": f"T-{number}",
        "to_area": person.area.probation,
        "decision": "accepted",
        "decided_at": at,
    }
    register = {"register_reference": f"RR-{number}", "force": person.area.force}
    entry = register | {"registered_at": at, "review_on": day, "category": "Harm", "level": "high"}
    review = register | {"reviewed_at": at, "outcome": "continued", "level": "low", "next_review_on": day}
    moved = {
        "reception_reference": f"RC-{number}",
        "prison": taker.prison,
        "from_prison": person.area.prison,
        "received_at": at,
        "court": person.court(),
        "urn": person.urn(),
        "offender": person.as_offender(),
    }
    package = {"urn": person.urn(), "court": person.court(), "defendants": [{"defendant": person.as_defendant()}]}
    convictions = {"urn": person.urn(), "court": person.court(), "defendant": person.as_defendant()}
    return [
        documents.report_request(person),
        person.message("case_package", person.area.police, package, "package"),
        person.message("previous_convictions", person.area.police, convictions, "convictions"),
        documents.result(person, 1, False),
        documents.report(person),
        documents.result(person, 2, True),
        documents.warrant(person),
        documents.warrant_update(person, "acknowledged"),
        documents.warrant_update(person, "executed"),
        documents.release(person),
        documents.feedback(person),
        person.message("risk_registration", person.area.probation, _offender(person, entry), "entry"),
        person.message("risk_review", person.area.probation, _offender(person, review), "review"),
        person.message("prisoner_received", person.area.prison, moved, "moved"),
        person.message("case_transfer", person.area.probation, _offender(person, transfer), "transfer"),
        person.message("transfer_reply", taker.probation, _offender(person, reply), "reply"),
    ]
